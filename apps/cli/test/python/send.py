import asyncio, datetime, json, sys, websockets

async def send(url, run_id):
    async with websockets.connect(url) as socket:
        data = {"run_id": run_id, "is_federated": True, "num_rounds": 5, "num_clients": 3}
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await socket.send(json.dumps({"type": "training_mode", "timestamp": now, "data": data}))

asyncio.run(send(sys.argv[1], sys.argv[2]))
