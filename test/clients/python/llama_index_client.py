"""LlamaIndex: any model in Chat Completions, and those in Messages whose names it knows."""

import asyncio

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

from report import report, says, setup

SPEAKERS = {
    "chat": lambda model: OpenAILike(
        model=model,
        api_base=f"{setup['origin']}/v1",
        api_key=setup["apiKey"],
        is_chat_model=True,
        is_function_calling_model=True,
        should_use_structured_outputs=True,
        max_retries=0,
    ),
    "messages": lambda model: Anthropic(
        model=model,
        base_url=setup["origin"],
        api_key=setup["apiKey"],
        max_retries=0,
    ),
}


def get_weather(city: str, days: int) -> str:
    """The weather in a city."""
    return "get_weather is fine"


def get_clock(city: str) -> str:
    """The time in a city."""
    return "get_clock is fine"


class Thing(BaseModel):
    name: str
    count: int
    tags: list[str]


def asked(text):
    return [ChatMessage(role="user", content=text)]


def plain(model):
    return {"text": model.chat(asked(says("Hello"))).message.content}


def streamed(model):
    return {"text": "".join(piece.delta or "" for piece in model.stream_chat(asked(says("Hello"))))}


def agent(model):
    async def run():
        return await FunctionAgent(tools=[get_weather, get_clock], llm=model).run(user_msg=says("Look", "twoCalls"))

    return {"text": str(asyncio.run(run()))}


def parsed(model):
    return model.as_structured_llm(Thing).chat(asked(says("Describe"))).raw.model_dump()


def scenarios_of(dialect, name):
    model = SPEAKERS[dialect](name)
    scenarios = {"plain": plain, "streamed": streamed, "agent": agent, "parsed": parsed}
    return {f"{dialect} {name} {title}": (lambda run=run: run(model)) for title, run in scenarios.items()}


report(
    ["llama-index-core", "llama-index-llms-openai-like", "llama-index-llms-anthropic"],
    {
        title: run
        for dialect, name in setup["pairs"]
        for title, run in scenarios_of(dialect, name).items()
    },
)
