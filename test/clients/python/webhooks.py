"""Runs the snippet of docs/webhooks.md, which is what a receiver in Python is made of, on webhooks as they came."""

import json
import os
import sys
from importlib.metadata import version

from standardwebhooks.webhooks import WebhookVerificationError


def main() -> None:
    setup = json.load(sys.stdin)
    os.environ["SLUICE_WEBHOOK_SECRET"] = setup["secret"]
    names: dict = {}
    exec(setup["snippet"], names)  # noqa: S102
    seen = []
    for webhook in setup["webhooks"]:
        try:
            seen.append(names["receive"](webhook["body"].encode(), webhook["headers"]))
        except WebhookVerificationError as error:
            seen.append(str(error))
    print(json.dumps({"versions": {"standardwebhooks": version("standardwebhooks")}, "results": {"seen": seen}}))


main()
