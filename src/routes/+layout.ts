// Every page is written out at build time; none needs a server.
export const prerender = true;
export const trailingSlash = 'always';
