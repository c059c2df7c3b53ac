import https from 'node:https'
import net from 'node:net'

/**
 * Both clients have built-in hosts and reach them through Node's HTTPS agent. This agent sends every such request, as
 * plain HTTP, to the simulator, so the clients' files stay unchanged.
 */
class SimulatorAgent extends https.Agent {
  /** @param {number} port */
  constructor(port) {
    super({ keepAlive: false })
    this.simulatorPort = port
  }

  createConnection() {
    return net.connect(this.simulatorPort, '127.0.0.1')
  }
}

/** @param {string} url where the simulator is */
export const redirectHttps = (url) => {
  https.globalAgent = new SimulatorAgent(Number(new URL(url).port))
}
