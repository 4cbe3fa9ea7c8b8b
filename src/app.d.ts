// SvelteKit's ambient names; the site adds nothing of its own to them.
declare global {
  namespace App {}
}

export {};
