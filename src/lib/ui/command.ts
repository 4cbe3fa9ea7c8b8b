/**
 * A command: something that a reader can do from everywhere, by the palette and perhaps by a key. The list of commands
 * is what palette, help and key handler all read, so that none of them can know one that the others do not.
 */
export interface Command {
  readonly id: string;
  /** What happens to what: "Step one event". */
  readonly title: string;
  /** Heading in palette and help. */
  readonly group: string;
  /** A second line, or what else it is found by. */
  readonly detail?: string;
  /** As in `matchesKeys`; the first is the one that is shown beside a button. */
  readonly keys?: readonly string[];
  /** Absent: always. */
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

export function isEnabled(command: Command): boolean {
  return command.enabled === undefined || command.enabled();
}

/** Commands whose words all occur, best first: those whose title begins with what was typed, then the order given. */
export function findCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const enabled = commands.filter(isEnabled);
  if (words.length === 0) return enabled;
  const found = enabled.filter((command) => {
    const text = `${command.title} ${command.group} ${command.detail ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const begins = (command: Command): boolean => command.title.toLowerCase().startsWith(words.join(' '));
  return [...found.filter(begins), ...found.filter((command) => !begins(command))];
}
