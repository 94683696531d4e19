"""Batches by OpenAI's own Python client, and by Anthropic's."""

import io
import json
import time

import anthropic
import openai

from report import report, setup

openai_client = openai.OpenAI(base_url=f"{setup['origin']}/v1", api_key=setup["apiKey"], max_retries=0)
client = anthropic.Anthropic(base_url=setup["origin"], api_key=setup["apiKey"], max_retries=0)
model = setup["models"][0]
body = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}


def ended(read, is_over):
    while not is_over(batch := read()):
        time.sleep(0.2)
    return batch


def by_openai():
    url = "/v1/chat/completions"
    lines = [{"custom_id": name, "method": "POST", "url": url, "body": body} for name in ("one", "two")]
    text = "\n".join([*map(json.dumps, lines), "broken"])
    file = openai_client.files.create(file=("lines.jsonl", io.BytesIO(text.encode())), purpose="batch")
    made = openai_client.batches.create(input_file_id=file.id, endpoint=url, completion_window="24h")
    over = ended(lambda: openai_client.batches.retrieve(made.id), lambda batch: batch.status in ("completed", "failed"))
    output = openai_client.files.content(over.output_file_id).text.splitlines()
    errors = openai_client.files.content(over.error_file_id).text.splitlines()
    return {
        "status": over.status,
        "counts": over.request_counts.model_dump(),
        "texts": [json.loads(line)["response"]["body"]["choices"][0]["message"]["content"] for line in output],
        "errors": [json.loads(line)["error"]["code"] for line in errors],
        "listed": made.id in [batch.id for batch in openai_client.batches.list(limit=1)],
        "late": openai_client.batches.cancel(made.id).status,
    }


def by_anthropic():
    made = client.messages.batches.create(requests=[{"custom_id": "one", "params": body}])
    over = ended(
        lambda: client.messages.batches.retrieve(made.id), lambda batch: batch.processing_status == "ended"
    )
    results = [[one.custom_id, one.result.type] for one in client.messages.batches.results(made.id)]
    deleted = client.messages.batches.delete(made.id)
    return {"counts": over.request_counts.model_dump(), "results": results, "deleted": deleted.type}


report(["openai", "anthropic"], {"openai": by_openai, "anthropic": by_anthropic})
