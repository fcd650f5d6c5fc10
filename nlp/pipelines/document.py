"""A submission as the pipelines read it: clean text, sentences, what may be counted, and the way back to the original."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nlp.facts.reading import Seen, see
from nlp.text.normalize import Normalized, normalize
from nlp.text.sentences import Sentence, split_sentences
from nlp.types import SegmentedText, Span, Submission


@dataclass(frozen=True, slots=True)
class Document:
    """A submission ready for the encoder: clean text, sentences, and the way back to the original."""

    submission: Submission
    body: Normalized
    title: Normalized | None
    sentences: tuple[Sentence, ...]
    seen: tuple[Seen, ...]

    @classmethod
    def of(cls, submission: Submission, *, numbers: bool) -> Document:
        """`numbers`: whether to look for what may be counted."""
        body = normalize(submission.text)
        sentences = tuple(split_sentences(body.text)) or (Sentence(0, len(body.text)),)
        title = normalize(submission.title) if submission.title and submission.title.strip() else None
        document = cls(submission, body, title, sentences, ())
        return replace(document, seen=tuple(see(document.texts))) if numbers else document

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences as a reader should see them."""
        return tuple(self.read(sentence) for sentence in self.sentences)

    @property
    def segmented(self) -> SegmentedText:
        marks = tuple(each.mark for each in self.seen)
        return SegmentedText(self.title.text if self.title else None, self.texts, marks)

    def read(self, sentence: Sentence) -> str:
        """A sentence as a reader should see it: repaired, on one line."""
        return self.body.text[sentence.start : sentence.end].replace("\n", " ")

    def span(self, start: int, end: int) -> Span:
        """`[start, end)` of the clean text as a span of the original."""
        first, last = self.body.mapped.span(start, end)
        return Span("text", first, last, self.submission.text[first:last])

    def span_in(self, number: int, start: int, end: int) -> Span:
        """`[start, end)` of sentence `number`."""
        first = self.sentences[number].start
        return self.span(first + start, first + end)

    def place(self, number: int) -> Span:
        """Sentence `number`, or the title for the number after the last sentence."""
        if number < len(self.sentences):
            return self.span(self.sentences[number].start, self.sentences[number].end)
        title = self.submission.title or ""
        return Span("title", 0, len(title), title)
