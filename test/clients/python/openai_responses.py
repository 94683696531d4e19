"""The Responses half of OpenAI's own Python client."""

import openai
from pydantic import BaseModel

from report import report, says, setup

client = openai.OpenAI(base_url=f"{setup['origin']}/v1", api_key=setup["apiKey"], max_retries=0)


def plain(model):
    response = client.responses.create(model=model, input=says("Hello"))
    return {"text": response.output_text, "status": response.status, "usage": response.usage.model_dump()}


def streamed(model):
    with client.responses.stream(model=model, input=says("Hello")) as stream:
        events = list(stream)
        final = stream.get_final_response()
    return {
        "text": "".join(event.delta for event in events if event.type == "response.output_text.delta"),
        "final": final.output_text,
        "last": events[-1].type,
        "usage": final.usage.model_dump(),
    }


tools = [
    {"type": "function", "strict": False, **tool["function"]}
    for tool in setup["tools"]
]


def use_tools(model):
    asked = [{"role": "user", "content": says("Look", "twoCalls")}]
    first = client.responses.create(model=model, input=asked, tools=tools)
    calls = [item for item in first.output if item.type == "function_call"]
    results = [
        {"type": "function_call_output", "call_id": call.call_id, "output": f"{call.name} is fine"} for call in calls
    ]
    second = client.responses.create(model=model, input=[*asked, *first.output, *results], tools=tools)
    return {"calls": [call.name for call in calls], "text": second.output_text}


class Thing(BaseModel):
    name: str
    count: int
    tags: list[str]


def parsed(model):
    return client.responses.parse(model=model, input=says("Describe"), text_format=Thing).output_parsed.model_dump()


def broken_stream(model):
    text = ""
    try:
        for event in client.responses.create(model=model, input=says("Hello", "cut"), stream=True):
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type in ("response.failed", "error"):
                return {"text": text, "end": event.type}
    except openai.APIError as error:
        return {"text": text, "end": type(error).__name__}
    return {"text": text, "end": None}


def error_of(call):
    try:
        call()
    except openai.APIStatusError as error:
        return {"class": type(error).__name__, "status": error.status_code, "requestId": error.request_id}
    return {"class": None}


def errors(model):
    return {
        "unknownModel": error_of(lambda: client.responses.create(model="nobody/nothing", input="Hello")),
        "vendorLimits": error_of(lambda: client.responses.create(model=model, input=says("Hello", "rateLimited"))),
        "orphan": error_of(
            lambda: client.responses.create(
                model=model, input=[{"type": "function_call_output", "call_id": "x", "output": "y"}]
            )
        ),
    }


scenarios = {
    "plain": plain,
    "streamed": streamed,
    "tools": use_tools,
    "parsed": parsed,
    "broken stream": broken_stream,
    "errors": errors,
}
report(
    ["openai"],
    {f"{model} {name}": (lambda run=run, model=model: run(model)) for model in setup["models"] for name, run in scenarios.items()},
)
