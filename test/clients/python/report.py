"""What every program here does: reads its setup from stdin, runs its scenarios, prints what it saw as JSON.

stdin: {"origin", "apiKey", "models": [..], "dialects": [..], "markers": {name: text}}.
stdout: {"versions": {package: version}, "results": {scenario: what it saw, or {"failed": traceback}}}.
"""

import importlib.metadata
import json
import sys
import traceback

setup = json.load(sys.stdin)


def says(text, marker=None):
    return text if marker is None else f"{text} {setup['markers'][marker]}"


def report(packages, scenarios):
    results = {}
    for name, scenario in scenarios.items():
        try:
            results[name] = scenario()
        except Exception:
            results[name] = {"failed": traceback.format_exc()}
    versions = {package: importlib.metadata.version(package) for package in packages}
    print(json.dumps({"versions": versions, "results": results}))
