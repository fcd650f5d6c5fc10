"""An endpoint that speaks OpenAI's chat completions.

What leaves the institution has its personal data masked; every call is logged with its host, size, time and outcome, never with
a text.
"""

from __future__ import annotations

import time
from typing import Any

import httpx
import structlog

from nlp.adapters.generators import OpenAiGenerator
from nlp.errors import GeneratorFailed
from nlp.text.personal import masked

_ASK = (
    "گزارش زیر را در حداکثر {words} واژه، به فارسی روان و در چند جمله خلاصه کن. فقط آنچه را که در گزارش آمده است بنویس؛ "
    "هیچ عدد، تاریخ، مکان یا نامی از خود نیفزا. جز متن خلاصه چیزی ننویس."
)
_LARGEST = 1_000_000
"""Bytes of an answer."""
_TOKENS_A_WORD = 4

log = structlog.get_logger()


class ChatGenerator:
    """See `nlp.ports.Generator`."""

    def __init__(self, config: OpenAiGenerator) -> None:
        key = config.api_key.get_secret_value()
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=config.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )
        self._url = f"{str(config.url).rstrip('/')}/chat/completions"
        self._host, self._model = str(config.url.host), config.model
        self.name = f"openai:{config.model}"

    def summarize(self, text: str, words: int) -> str:
        sent = masked(text)
        messages = [{"role": "system", "content": _ASK.format(words=words)}, {"role": "user", "content": sent}]
        asked = {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": _TOKENS_A_WORD * words}
        began, outcome = time.perf_counter(), "failed"
        try:
            found = self._content(asked)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError, RecursionError) as error:
            outcome = type(error).__name__
            raise GeneratorFailed("سرویس خلاصه‌نویس پاسخی نداد.", f"{self._host}: {type(error).__name__}") from error
        else:
            outcome = "answered"
            return found
        finally:
            took = round(1000 * (time.perf_counter() - began), 1)
            log.info("generator", host=self._host, model=self._model, characters=len(sent), ms=took, outcome=outcome)

    def _content(self, asked: dict[str, Any]) -> str:
        with self._client.stream("POST", self._url, json=asked) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"status {answer.status_code}")
            body = b""
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    raise ValueError("the answer is too large")
        content = httpx.Response(200, content=body).json()["choices"][0]["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("the answer holds no text")  # half characters are refused by the encoding below
        return content.encode("utf-8", "strict").decode("utf-8").strip()
