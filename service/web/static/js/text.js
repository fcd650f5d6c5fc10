// Offsets and spans. The API counts Unicode code points; JavaScript strings count UTF-16 units.

/** Number of code points. */
export function length(text) {
  let pairs = 0;
  for (let i = 0; i < text.length; i += 1) if (text.codePointAt(i) > 0xffff) { pairs += 1; i += 1; }
  return text.length - pairs;
}

/** UTF-16 positions of ascending code point offsets, in one walk; offsets past the end are left out. */
export function utf16(text, offsets) {
  const found = new Map();
  let [at, unit] = [0, 0];
  for (const offset of offsets) {
    while (at < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      at += 1;
    }
    if (at === offset) found.set(offset, unit);
  }
  return found;
}

/**
 * Cuts `text` wherever a span begins or ends. Each piece is {text, layers, starts}: ids of the spans that cover it and of
 * those that begin with it. A span that does not lie in the text, or whose own text is another, is left out: a wrong
 * highlight is worse than none.
 */
export function pieces(text, spans) {
  const offsets = [...new Set(spans.flatMap((span) => [span.start, span.end]))].sort((a, b) => a - b);
  const units = utf16(text, offsets.filter((offset) => Number.isInteger(offset) && offset >= 0));
  const placed = spans
    .map((span) => ({ ...span, from: units.get(span.start), to: units.get(span.end) }))
    .filter(({ from, to, text: own }) => from < to && (own === undefined || own === text.slice(from, to)));
  const cuts = [...new Set([0, text.length, ...placed.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, index) => {
    const covering = placed.filter((span) => span.from <= from && from < span.to);
    return {
      text: text.slice(from, cuts[index + 1]),
      layers: covering.map((span) => span.id),
      starts: covering.filter((span) => span.from === from).map((span) => span.id),
    };
  });
}

const letters = (text) => text.normalize("NFKC").replace(/ي|ى/g, "ی").replace(/ك/g, "ک").replace(/[ۀة]/g, "ه")
  .replace(/[أإ]/g, "ا").normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The repaired summary cut into the sentences it was made of, or null when the two cannot be matched letter by letter.
 * Then people read the original sentences.
 */
export function alignSummary(summary) {
  const parts = [];
  let at = 0;
  for (const sentence of summary.sentences) {
    const wanted = letters(asAscii(sentence.text));
    let [end, got] = [at, ""];
    while (got.length < wanted.length && end < summary.text.length) {
      got += letters(asAscii(summary.text[end]));
      end += 1;
    }
    while (end < summary.text.length && /[^\p{L}\p{N}«(\[]/u.test(summary.text[end])) end += 1;
    if (!wanted || got !== wanted) return null;
    parts.push(summary.text.slice(at, end).trim());
    at = end;
  }
  return at === summary.text.length ? parts : null;
}

function asAscii(text) {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}
