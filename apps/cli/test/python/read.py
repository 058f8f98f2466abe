import asyncio, json, sys, websockets

async def read(url, wanted):
    async with websockets.connect(url) as socket:
        async for message in socket:
            event = json.loads(message)
            print(event["type"], *[event["data"][key] for key in ("run_id", "round") if key in event["data"]], flush=True)
            wanted -= event["type"] == "round_start"
            if wanted == 0:
                return

asyncio.run(read(sys.argv[1], int(sys.argv[2])))
