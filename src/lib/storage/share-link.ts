/**
 * A scenario in a link: `#s1=` + base64url(deflate-raw(canonical JSON)). The compressor is our own at a fixed level, so
 * that one scenario has one link in every browser. What comes in is hostile until read: unpacking streams in small parts
 * and stops at 5 MB; whatever is wrong is one sentence.
 */
import { deflateSync, Inflate } from 'fflate';
import { canonicalJson } from '#sim/scenario/export.ts';
import { fileText } from '#lib/storage/document-order.ts';
import { linkWords } from '#lib/storage/words.ts';

const PREFIX = '#s1=';
/** Characters of a hash: chats and mail programs cut longer links. */
export const MOST_LINK = 8_000;
export const MOST_UNPACKED = 5_000_000;
/** deflate unpacks to at most 1032 times its size, so one part never makes more than a megabyte. */
const PART = 1_000;

export type Link =
  | { readonly kind: 'link'; readonly hash: string }
  /** Longer than some programs carry; the hash works all the same. */
  | { readonly kind: 'long'; readonly hash: string; readonly sentence: string }
  | { readonly kind: 'refused'; readonly sentence: string };

export type Unpacked =
  | { readonly kind: 'text'; readonly text: string }
  /** The address names no scenario at all. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly sentence: string };

/** The hash that carries this document's text. */
export function encodeLink(text: string): Link {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'refused', sentence: linkWords.notJson };
  }
  const packed = deflateSync(new TextEncoder().encode(canonicalJson(value)), { level: 9, mem: 8 });
  const hash = PREFIX + toBase64Url(packed);
  if (hash.length <= MOST_LINK) return { kind: 'link', hash };
  return { kind: 'long', hash, sentence: linkWords.tooLong(hash.length) };
}

/** The text behind an address or its hash. */
export function decodeLink(address: string): Unpacked {
  const mark = address.indexOf('#');
  const hash = mark < 0 ? '' : address.slice(mark).trim();
  if (hash.length <= 1) return { kind: 'none' };
  const refused = (sentence: string): Unpacked => ({ kind: 'refused', sentence });
  const version = /^#(s[0-9]{1,6})=/.exec(hash)?.[1];
  if (version === undefined) return refused(linkWords.notOurs);
  if (version !== 's1') return refused(linkWords.newer(version));
  const letters = hash.slice(PREFIX.length);
  if (letters === '') return refused(linkWords.empty);
  if (!/^[A-Za-z0-9_-]+$/.test(letters)) return refused(linkWords.letters);
  if (letters.length > (MOST_UNPACKED * 4) / 3) return refused(linkWords.tooBig);
  if (letters.length % 4 === 1) return refused(linkWords.cut);
  return unpack(fromBase64Url(letters));
}

function unpack(packed: Uint8Array): Unpacked {
  const parts: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const inflate = new Inflate((part, final) => {
    size += part.length;
    if (size <= MOST_UNPACKED) parts.push(part);
    ended = final;
  });
  try {
    for (let from = 0; from < packed.length; from += PART) {
      inflate.push(packed.subarray(from, from + PART), from + PART >= packed.length);
      if (size > MOST_UNPACKED) return { kind: 'refused', sentence: linkWords.tooBig };
    }
    if (!ended) return { kind: 'refused', sentence: linkWords.cut };
    const canonical = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(joined(parts, size));
    return { kind: 'text', text: fileText(canonical) };
  } catch {
    return { kind: 'refused', sentence: linkWords.cut };
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += 8_192) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 8_192));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(letters: string): Uint8Array {
  const binary = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
