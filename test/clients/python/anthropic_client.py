"""Anthropic's own Python client."""

import anthropic
from anthropic import beta_tool
from pydantic import BaseModel

from report import report, says, setup

client = anthropic.Anthropic(base_url=setup["origin"], api_key=setup["apiKey"], max_retries=0)


def body(model, text, **more):
    return {"model": model, "max_tokens": 200, "messages": [{"role": "user", "content": text}], **more}


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def calls_of(message):
    return [{"name": block.name, "input": block.input} for block in message.content if block.type == "tool_use"]


def plain(model):
    answer = client.messages.create(**body(model, says("Hello")))
    return {"text": text_of(answer), "stop_reason": answer.stop_reason, "usage": answer.usage.model_dump()}


def streamed(model):
    with client.messages.stream(**body(model, says("Hello"))) as stream:
        pieces = list(stream.text_stream)
        answer = stream.get_final_message()
    return {"text": "".join(pieces), "final": text_of(answer), "usage": answer.usage.model_dump()}


@beta_tool
def get_weather(city: str, days: int) -> str:
    """The weather in a city."""
    return "get_weather is fine"


@beta_tool
def get_clock(city: str) -> str:
    """The time in a city."""
    return "get_clock is fine"


def tools(model):
    runner = client.beta.messages.tool_runner(**body(model, says("Look", "twoCalls"), tools=[get_weather, get_clock]))
    answers = list(runner)
    return {"calls": calls_of(answers[0]), "text": text_of(answers[-1])}


class Thing(BaseModel):
    name: str
    count: int
    tags: list[str]


def parsed(model):
    return client.messages.parse(**body(model, says("Describe")), output_format=Thing).parsed_output.model_dump()


def error_of(call):
    try:
        call()
    except anthropic.APIStatusError as error:
        return {"class": type(error).__name__, "status": error.status_code, "requestId": error.request_id}
    return {"class": None}


def errors(model):
    return {
        "unknownModel": error_of(lambda: client.messages.create(**body("nobody/nothing", "Hello"))),
        "vendorLimits": error_of(lambda: client.messages.create(**body(model, says("Hello", "rateLimited")))),
    }


scenarios = {"plain": plain, "streamed": streamed, "tools": tools, "parsed": parsed, "errors": errors}
report(
    ["anthropic"],
    {f"{model} {name}": (lambda run=run, model=model: run(model)) for model in setup["models"] for name, run in scenarios.items()},
)
