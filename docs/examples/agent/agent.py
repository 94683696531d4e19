"""An agent of LangGraph with two tools, on any model of the gateway."""

import os
import sys
from typing import Literal

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

STOCK = {"tomato": 120, "basil": 0, "lavender": 31}


@tool
def count_stock(plant: Literal["tomato", "basil", "lavender"]) -> str:
    """How many of a plant are there."""
    return f"{STOCK[plant]} of {plant}"


@tool
def order_seeds(plant: Literal["tomato", "basil", "lavender"], packets: int) -> str:
    """Orders packets of seeds."""
    return f"{packets} packets of {plant} are ordered"


TOOLS = [count_stock, order_seeds]


def build_agent():
    model = ChatOpenAI(
        model=os.environ.get("CHAT_MODEL", "sandbox/echo"),
        base_url=os.environ["SLUICE_BASE_URL"],
        api_key=os.environ["SLUICE_API_KEY"],
        # Where the first is limited or down, the next is asked: no change to the agent.
        extra_body={"models": os.environ["CHAT_MODELS"].split(",")} if "CHAT_MODELS" in os.environ else None,
    ).bind_tools(TOOLS)
    graph = StateGraph(MessagesState)
    graph.add_node("think", lambda state: {"messages": [model.invoke(state["messages"])]})
    graph.add_node("act", ToolNode(TOOLS))
    graph.add_edge(START, "think")
    graph.add_conditional_edges("think", tools_condition, {"tools": "act", END: END})
    graph.add_edge("act", "think")
    return graph.compile()


def main() -> None:
    question = " ".join(sys.argv[1:]) or "Use a tool to see how many tomatoes there are."
    for step in build_agent().stream({"messages": [("user", question)]}, stream_mode="updates"):
        for node, update in step.items():
            for message in update["messages"]:
                calls = getattr(message, "tool_calls", [])
                for call in calls:
                    print(f"{node}: calls {call['name']} with {call['args']}")
                if not calls:
                    print(f"{node}: {message.text}")


if __name__ == "__main__":
    main()
