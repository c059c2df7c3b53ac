import { judge } from '../errors/judge.js'
import { placeOf } from '../errors/place-of.js'
import type { Address } from '../hosts/address.js'
import type { HostRing } from '../hosts/host-ring.js'
import { isExpected } from '../http/expected-content.js'
import { attemptStage, type Attempt, type AttemptParts } from './attempt-stage.js'

/** The last stage of calls to the API: at whichever of its hosts can be reached. */
export const sendStage = (parts: AttemptParts, hosts: HostRing<Address>): Attempt =>
  attemptStage(parts, {
    hostOf: () => hosts.current(),
    pathOf: (call, host) => host.path + call.path,
    lineTo: (host) => hosts.lineTo(host),
    unreachable: (host) => hosts.unreachable(host),
    judge: (reading, call) =>
      judge(
        reading,
        () => placeOf(call),
        (answer) => isExpected(answer, call),
      ),
  })
