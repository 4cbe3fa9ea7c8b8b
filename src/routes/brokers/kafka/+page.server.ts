/**
 * What is modelled of Kafka, from src/content. The Markdown is turned into HTML once, when the site is built: the page
 * needs no script for it, and whoever wrote it is us.
 */
import { marked } from 'marked';

const texts = import.meta.glob<string>('/src/content/brokers/kafka/index.md', {
  eager: true,
  query: '?raw',
  import: 'default',
});

export function load(): { readonly html: string } {
  const [text = ''] = Object.values(texts);
  const html = marked.parse(text, { async: false, gfm: true });
  return { html: html.replace(/KAFKA-[A-Z]+-\d+/g, '<span class="rule">$&</span>') };
}
