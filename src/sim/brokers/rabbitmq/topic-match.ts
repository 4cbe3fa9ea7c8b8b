/**
 * Topic patterns: words between dots, `*` for exactly one word, `#` for any number of them, none included. Wildcards
 * are whole words of a binding key only. The empty key has no words; `a.` has two, the second one empty.
 * Source: rabbit_exchange_type_topic:split_topic_key, trie_match (3.10.8). Rules: SPEC.md, RABBIT-TOPIC.
 */
function topicWords(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

/** [RABBIT-TOPIC-1] */
export function topicMatches(pattern: string, key: string): boolean {
  const wanted = topicWords(pattern);
  const words = topicWords(key);
  // reached[i]: the pattern so far matches the first i words
  let reached = words.map(() => false);
  reached.unshift(true);
  for (const word of wanted) {
    const next = reached.map(() => false);
    if (word === '#') {
      let any = false;
      for (let i = 0; i < reached.length; i += 1) {
        any = any || reached[i] === true;
        next[i] = any;
      }
    } else {
      for (let i = 0; i < words.length; i += 1) {
        if (reached[i] === true && (word === '*' || word === words[i])) next[i + 1] = true;
      }
    }
    reached = next;
  }
  return reached[words.length] === true;
}
