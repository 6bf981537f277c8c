// Many sites in one Worker: the host of a request says whose files are served. Made by hectare; the sites stand in `sites.mjs`.
//
// The files of the site `a` lie below `/a/`. Nothing of that is seen from outside: a visitor gets the answers that a Worker with
// this site alone would give. Files below `/_a/` are the same for all sites and are served without this script.

import { hosts, sites } from "./sites.mjs";

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const host = url.hostname.replace(/\.$/, "");
    if (!Object.hasOwn(hosts, host)) {
      return new Response("There is no such site here.\n", { status: 404 });
    }
    const name = hosts[host];
    const site = sites[name];
    const moved = redirect(site, url);
    const answer =
      moved instanceof Response ? moved : await file(request, env.ASSETS, url, name, moved ?? url.pathname);
    return withHeaders(answer, site.headers, host, url.pathname);
  },
};

/** The answer that leads elsewhere, or the path that stands for the one that was asked for, or nothing. */
function redirect(site, url) {
  const rule = Object.hasOwn(site.fixed, url.pathname) ? { to: site.fixed[url.pathname], found: [] } : moving(site, url);
  if (rule === undefined) return undefined;
  const [target, status] = rule.to;
  const to = fill(target, rule.found);
  if (status === 200) return to;
  return new Response(null, { status, headers: { location: withQuery(to, url.search) } });
}

/** The first rule with a pattern that fits. */
function moving(site, url) {
  for (const [pattern, names, ...to] of site.moving) {
    const found = fit(pattern, names, url.pathname);
    if (found !== null) return { to, found };
  }
  return undefined;
}

/** The file of a site. What the host says about addresses is said without the folder in which the site lies. */
async function file(request, assets, url, name, path) {
  const place = new URL(`/${name}${path}`, url);
  if (place.search === "") place.search = url.search;
  const answer = await assets.fetch(new Request(place, request));
  const location = answer.headers.get("location");
  if (location === null) return answer;
  const headers = new Headers(answer.headers);
  if (location.startsWith(`/${name}/`)) headers.set("location", location.slice(name.length + 1));
  return new Response(answer.body, { status: answer.status, headers });
}

/** What the site says about headers: the first rule that sets one replaces it, further ones add to it. */
function withHeaders(answer, rules, host, path) {
  const headers = new Headers(answer.headers);
  const own = new Set();
  for (const [pattern, names, isAbsolute, lines] of rules) {
    const found = fit(pattern, names, isAbsolute ? `https://${host}${path}` : path);
    if (found === null) continue;
    for (const [name, value] of lines) {
      if (value === null) headers.delete(name);
      else if (own.has(name)) headers.append(name, fill(value, found));
      else headers.set(name, fill(value, found));
      if (value !== null) own.add(name);
    }
  }
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

const patterns = new Map();

/** What the names of a pattern stand for in a text, or `null` if it does not fit. */
function fit(pattern, names, text) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(pattern));
  const match = patterns.get(pattern).exec(text);
  return match === null ? null : names.map((name, at) => [name, match[at + 1]]);
}

function fill(text, found) {
  return found.reduce((filled, [name, value]) => filled.replaceAll(`:${name}`, () => value), text);
}

/** The query of the visitor is kept unless the target has one of its own. */
function withQuery(target, query) {
  const [, address, fragment] = /^([^#]*)(#.*)?$/s.exec(target);
  return address.includes("?") ? target : address + query + (fragment ?? "");
}
