"""Runs OpenAI's own Python client through the scenarios that it is given on stdin, and prints what it saw as JSON.

stdin: {"baseUrl", "apiKey", "models": [..], "tools": [..], "dear": {..}, "markers": {name: text}}.
stdout: {"openai": version, "results": {scenario: what it saw, or {"failed": traceback}}}.
"""

import json
import sys
import traceback

import openai
from pydantic import BaseModel

setup = json.load(sys.stdin)
client = openai.OpenAI(base_url=setup["baseUrl"], api_key=setup["apiKey"], max_retries=0)


def says(text, marker=None):
    content = text if marker is None else f"{text} {setup['markers'][marker]}"
    return [{"role": "user", "content": content}]


def plain(model):
    raw = client.chat.completions.with_raw_response.create(model=model, messages=says("Hello"))
    answer = raw.parse()
    choice = answer.choices[0]
    return {
        "text": choice.message.content,
        "finish": choice.finish_reason,
        "usage": answer.usage.model_dump(),
        "requestId": raw.headers.get("x-request-id"),
        "clientRequestId": answer._request_id,
    }


def streamed(model):
    stream = client.chat.completions.create(
        model=model, messages=says("Hello"), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    with_choice = [chunk.choices[0] for chunk in chunks if chunk.choices]
    return {
        "text": "".join(choice.delta.content or "" for choice in with_choice),
        "finishes": [choice.finish_reason for choice in with_choice if choice.finish_reason],
        "usage": chunks[-1].usage.model_dump(),
    }


def calls_of(message):
    return [
        {"id": call.id, "name": call.function.name, "input": json.loads(call.function.arguments)}
        for call in message.tool_calls or []
    ]


def final_message(model, messages, stream):
    if not stream:
        return client.chat.completions.create(model=model, messages=messages, tools=setup["tools"]).choices[0].message
    with client.chat.completions.stream(model=model, messages=messages, tools=setup["tools"]) as events:
        for _ in events:
            pass
        return events.get_final_completion().choices[0].message


def tools_loop(model, stream):
    messages = says("Look", "twoCalls")
    asked = final_message(model, messages, stream)
    calls = calls_of(asked)
    sent_back = {
        "role": "assistant",
        "content": asked.content,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in asked.tool_calls
        ],
    }
    results = [{"role": "tool", "tool_call_id": call["id"], "content": f"{call['name']} is fine"} for call in calls]
    answer = final_message(model, [*messages, sent_back, *results], stream)
    return {"calls": calls, "text": answer.content}


class Thing(BaseModel):
    name: str
    count: int
    tags: list[str]


def parsed(model):
    completion = client.chat.completions.parse(model=model, messages=says("Describe"), response_format=Thing)
    return completion.choices[0].message.parsed.model_dump()


def broken_stream(model):
    text = ""
    try:
        for chunk in client.chat.completions.create(model=model, messages=says("Hello", "cut"), stream=True):
            text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    except openai.APIError as error:
        return {"text": text, "error": type(error).__name__}
    return {"text": text, "error": None}


def error_of(call):
    try:
        call()
    except openai.APIStatusError as error:
        return {"class": type(error).__name__, "status": error.status_code, "code": error.code, "requestId": error.request_id}
    return {"class": None}


def errors(model):
    def create(messages, **more):
        return lambda: client.chat.completions.create(**{"model": model, "messages": messages, **more})

    stranger = openai.OpenAI(base_url=setup["baseUrl"], api_key="sk-sluice-nobody", max_retries=0)
    return {
        "wrongKey": error_of(lambda: stranger.chat.completions.create(model=model, messages=says("Hello"))),
        "unknownModel": error_of(create(says("Hello"), model="nobody/nothing")),
        "noMessages": error_of(create([])),
        "vendorRefuses": error_of(create(says("Hello", "badRequest"))),
        "vendorLimits": error_of(create(says("Hello", "rateLimited"))),
        "vendorFails": error_of(create(says("Hello", "serverError"))),
        "tooDear": error_of(create(says("Hello"), **setup["dear"])),
    }


def models():
    listed = [model.id for model in client.models.list()]
    return {"listed": listed, "retrieved": [client.models.retrieve(model).id for model in setup["models"]]}


def scenarios():
    for model in setup["models"]:
        yield f"plain {model}", lambda model=model: plain(model)
        yield f"streamed {model}", lambda model=model: streamed(model)
        yield f"tools {model}", lambda model=model: tools_loop(model, stream=False)
        yield f"streamed tools {model}", lambda model=model: tools_loop(model, stream=True)
        yield f"parsed {model}", lambda model=model: parsed(model)
        yield f"broken stream {model}", lambda model=model: broken_stream(model)
    yield "errors", lambda: errors(setup["models"][0])
    yield "models", models


def run(scenario):
    try:
        return scenario()
    except Exception:
        return {"failed": traceback.format_exc()}


results = {name: run(scenario) for name, scenario in scenarios()}
json.dump({"openai": openai.__version__, "results": results}, sys.stdout)
