"""Runs the snippet of docs/jobs.md, which polls jobs."""

import json
import sys


def main() -> None:
    setup = json.load(sys.stdin)
    names: dict = {}
    exec(setup["snippet"], names)  # noqa: S102
    seen = []
    for path, body in setup["calls"]:
        job, (status, text) = names["run"](setup["baseUrl"], setup["apiKey"], path, body, every=0.05)
        seen.append([job and job["status"], status, json.loads(text)])
    print(json.dumps({"results": {"seen": seen}}))


main()
