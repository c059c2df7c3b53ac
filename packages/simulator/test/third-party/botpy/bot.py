"""A bot of botpy, the official Python client, that answers every message.

Arguments: address of the simulator, AppID, secret. The checkout of botpy is given by PYTHONPATH and stays as it is:
only the host of its requests, which it has built in, is changed on the way out.
"""

import sys

import aiohttp
import yarl

simulator, app_id, secret = sys.argv[1:4]
_request = aiohttp.ClientSession._request


async def _to_the_simulator(self, method, address, **options):
    url = yarl.URL(address)
    if url.scheme == "https":
        base = yarl.URL(simulator)
        url = url.with_scheme(base.scheme).with_host(base.host).with_port(base.port)
    return await _request(self, method, url, **options)


aiohttp.ClientSession._request = _to_the_simulator

import botpy  # noqa: E402 (after the host is changed)


class Bot(botpy.Client):
    async def on_c2c_message_create(self, message):
        await message._api.post_c2c_message(
            openid=message.author.user_openid, msg_id=message.id, content=f"heard {message.content}"
        )

    async def on_group_at_message_create(self, message):
        await message._api.post_group_message(
            group_openid=message.group_openid, msg_id=message.id, content=f"heard {message.content}"
        )

    async def on_at_message_create(self, message):
        await message.reply(content=f"heard {message.content}")

    async def on_direct_message_create(self, message):
        await message.reply(content=f"heard {message.content}")


intents = botpy.Intents(public_messages=True, public_guild_messages=True, direct_message=True)
Bot(intents=intents, bot_log=False, ext_handlers=False).run(appid=app_id, secret=secret)
