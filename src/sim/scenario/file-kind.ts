/**
 * What a file is that is no scenario: people drop the wrong file, and the answer names what was seen. Only the outermost
 * keys and first characters are looked at.
 */
import type { Json } from '#sim/scenario/json-text.ts';

interface Kind {
  readonly name: string;
  /** Keys that are all there, and of which a scenario has none. */
  readonly keys: readonly string[];
}

const KINDS: readonly Kind[] = [
  { name: 'definitions exported from RabbitMQ', keys: ['rabbit_version'] },
  { name: 'definitions exported from RabbitMQ', keys: ['queues', 'exchanges', 'bindings'] },
  { name: 'a package.json of npm', keys: ['name', 'dependencies'] },
  { name: 'a package.json of npm', keys: ['name', 'scripts'] },
  { name: 'a package.json of npm', keys: ['name', 'devDependencies'] },
  { name: 'a package-lock.json of npm', keys: ['lockfileVersion'] },
  { name: 'a tsconfig.json', keys: ['compilerOptions'] },
  { name: 'an AsyncAPI document', keys: ['asyncapi'] },
  { name: 'an OpenAPI document', keys: ['openapi'] },
  { name: 'a CloudEvent', keys: ['specversion', 'source', 'type'] },
  { name: 'a Kubernetes object', keys: ['apiVersion', 'kind'] },
  { name: 'a recorded conversation with a broker', keys: ['topic', 'cases'] },
  { name: 'a Kafka Connect connector', keys: ['connector.class'] },
  { name: 'a plan for reassigning partitions', keys: ['partitions', 'version'] },
  { name: 'an AWS policy', keys: ['Version', 'Statement'] },
  { name: 'a state machine of AWS Step Functions', keys: ['StartAt', 'States'] },
  { name: 'a saved result of `run --json`', keys: ['digest', 'verdicts'] },
  { name: 'a Jupyter notebook', keys: ['nbformat'] },
  { name: 'a GeoJSON object', keys: ['type', 'coordinates'] },
  { name: 'an Avro schema', keys: ['type', 'fields', 'name'] },
  { name: 'a Grafana dashboard', keys: ['panels', 'schemaVersion'] },
  { name: 'a web app manifest', keys: ['start_url'] },
];

/** What `value` looks like, if it is a known kind of file that is no scenario; else null. */
export function kindOfObject(value: { readonly [key: string]: Json }): string | null {
  if (Object.hasOwn(value, 'services') && value['version'] === 1) return null;
  const schema = value['$schema'];
  if (typeof schema === 'string' && schema.includes('json-schema.org')) return 'a JSON Schema';
  const first = Object.values(value['services'] ?? {})[0] as Json | undefined;
  const composed = typeof first === 'object' && first !== null && ('image' in first || 'build' in first);
  if (composed) return 'a Docker Compose file';
  const kind = KINDS.find(({ keys }) => keys.every((key) => Object.hasOwn(value, key)));
  return kind?.name ?? null;
}

/** What a text looks like that is certainly not JSON, or null. */
export function kindOfText(text: string): string | null {
  const start = text.slice(0, 400);
  const head = start.replace(/^\ufeff/, '').trimStart();
  if (start.includes('\u0000')) return 'text in UTF-16 or a binary file, not UTF-8';
  if (start.startsWith('PK\u0003\u0004')) return 'a ZIP archive';
  if (start.startsWith('%PDF')) return 'a PDF';
  if (head.startsWith('<')) return 'HTML or XML';
  if (/^(---\s|[A-Za-z$][\w$-]*:(\s|$))/.test(head)) return 'YAML, or something like it';
  if (/^(\/\/|\/\*|(import|export|const|let|var|function)\b)/.test(head))
    return 'a program, or JSON with comments';
  return null;
}
