"""Questions about a folder of documents: embedded, found, reranked and answered through one gateway."""

import os
import sys
from pathlib import Path

import httpx
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import ChatMessage
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai_like import OpenAILike

BASE_URL = os.environ["SLUICE_BASE_URL"].rstrip("/")
API_KEY = os.environ["SLUICE_API_KEY"]
EMBEDDING_MODEL = os.environ.get("EMBEDDING_MODEL", "sandbox/embedding")
RERANK_MODEL = os.environ.get("RERANK_MODEL", "sandbox/rerank")
CHAT_MODEL = os.environ.get("CHAT_MODEL", "sandbox/echo")
DOCUMENTS = Path(__file__).parent / "documents"


class Rerank(BaseNodePostprocessor):
    """What was found by its vectors, in the order that a reranking model puts it in."""

    top_n: int

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        texts = [node.get_content() for node in nodes]
        body = {"model": RERANK_MODEL, "query": query_bundle.query_str, "documents": texts, "top_n": self.top_n}
        answer = httpx.post(f"{BASE_URL}/rerank", json=body, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=60)
        answer.raise_for_status()
        return [
            NodeWithScore(node=nodes[result["index"]].node, score=result["relevance_score"])
            for result in answer.json()["results"]
        ]


def open_index() -> VectorStoreIndex:
    documents = [
        Document(text=path.read_text(encoding="utf-8"), metadata={"file": path.name})
        for path in sorted(DOCUMENTS.glob("*.txt"))
    ]
    # `model_name` and not `model`: any name that the gateway serves, not only those that the class knows.
    embedding = OpenAIEmbedding(model_name=EMBEDDING_MODEL, api_base=BASE_URL, api_key=API_KEY)
    return VectorStoreIndex.from_documents(documents, embed_model=embedding, transformations=[SentenceSplitter()])


def answer(index: VectorStoreIndex, question: str) -> tuple[list[NodeWithScore], str]:
    found = index.as_retriever(similarity_top_k=4).retrieve(question)
    best = Rerank(top_n=2).postprocess_nodes(found, query_str=question)
    passages = "\n\n".join(node.get_content() for node in best)
    model = OpenAILike(model=CHAT_MODEL, api_base=BASE_URL, api_key=API_KEY, is_chat_model=True)
    messages = [
        ChatMessage(role="system", content="Answer by the passages alone, in one sentence. Say so if they do not tell."),
        ChatMessage(role="user", content=f"{question}\n\n{passages}"),
    ]
    return best, model.chat(messages).message.content


def main() -> None:
    question = " ".join(sys.argv[1:]) or "Is the nursery open on Sundays?"
    sources, text = answer(open_index(), question)
    print(f"Question: {question}")
    for source in sources:
        print(f"Source: {source.node.metadata['file']} ({source.score:.2f})")
    print(f"Answer: {text}")


if __name__ == "__main__":
    main()
