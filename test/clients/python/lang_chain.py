"""LangChain and LangGraph, in each of the dialects that they speak."""

from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from report import report, says, setup

SPEAKERS = {
    "chat": lambda model: ChatOpenAI(
        model=model, base_url=f"{setup['origin']}/v1", api_key=setup["apiKey"], max_retries=0, stream_usage=True
    ),
    "responses": lambda model: ChatOpenAI(
        model=model, base_url=f"{setup['origin']}/v1", api_key=setup["apiKey"], max_retries=0, use_responses_api=True
    ),
    "messages": lambda model: ChatAnthropic(
        model=model, base_url=setup["origin"], api_key=setup["apiKey"], max_retries=0, max_tokens=200
    ),
}


@tool
def get_weather(city: str, days: int) -> str:
    """The weather in a city."""
    return "get_weather is fine"


@tool
def get_clock(city: str) -> str:
    """The time in a city."""
    return "get_clock is fine"


class Thing(BaseModel):
    name: str
    count: int
    tags: list[str]


def plain(model):
    answer = model.invoke(says("Hello"))
    return {"text": answer.text, "usage": answer.usage_metadata}


def streamed(model):
    answer = None
    for piece in model.stream(says("Hello")):
        answer = piece if answer is None else answer + piece
    return {"text": answer.text, "usage": answer.usage_metadata}


def agent(model):
    graph = create_agent(model, [get_weather, get_clock])
    messages = graph.invoke({"messages": [{"role": "user", "content": says("Look", "twoCalls")}]})["messages"]
    calls = [{"name": call["name"], "input": call["args"]} for call in messages[1].tool_calls]
    return {"calls": calls, "text": messages[-1].text}


def parsed(model):
    return model.with_structured_output(Thing).invoke(says("Describe")).model_dump()


def scenarios_of(dialect, name):
    model = SPEAKERS[dialect](name)
    scenarios = {"plain": plain, "streamed": streamed, "agent": agent, "parsed": parsed}
    return {f"{dialect} {name} {title}": (lambda run=run: run(model)) for title, run in scenarios.items()}


report(
    ["langchain", "langchain-openai", "langchain-anthropic", "langgraph"],
    {
        title: run
        for dialect in setup["dialects"]
        for name in setup["models"]
        for title, run in scenarios_of(dialect, name).items()
    },
)
