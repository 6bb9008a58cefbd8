import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTickets, TICKET_LIFE_MS } from "../../../main/hosts/web/tickets.ts";
import { call, pathOf, send, sendBytes, startWeb, type WebFixture } from "./web-fixture.ts";

/** What a page elsewhere, another program of this machine and a broken client can send. */
let web: WebFixture;
let cookie: string;
beforeAll(async () => {
  web = await startWeb();
  cookie = await web.enter();
});
afterAll(() => web.close());

const kindOf = (text: string): unknown => JSON.parse(text).json.data.details.kind;

describe("a name that is not ours", () => {
  it.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", "127.0.0.2", "[::1]", "2130706433", "xn--localhost-", "localhost@evil.example"])("as Host, %s, gets nothing, cookie or not", async (host) => {
    for (const path of ["/", "/assets/page-1a2b.js"]) {
      const answer = await send(web.port, path, { headers: { host, cookie } });
      expect([400, 421]).toContain(answer.status);
      expect(answer.text).not.toContain("<script");
    }
    const called = await call(web.port, "model/list", {}, { headers: { host, cookie, origin: `http://${host}` } });
    expect([400, 421]).toContain(called.status);
  });

  it("does not use a token up", async () => {
    const address = pathOf(await web.newAddress());
    expect((await send(web.port, address, { headers: { host: "evil.example" } })).status).toBe(421);
    expect((await send(web.port, address)).status).toBe(200);
  });

  it.each([["localhost"], ["LOCALHOST:1234"], ["localhost."], ["127.0.0.1"]])("%s is ours", async (host) => expect((await send(web.port, "/", { headers: { host, cookie } })).status).toBe(200));

  it("given twice, or missing, is refused", async () => {
    expect((await sendBytes(web.port, `GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)).text).toMatch(/^HTTP\/1.1 400/);
    expect((await sendBytes(web.port, `GET / HTTP/1.1\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)).text).toMatch(/^HTTP\/1.1 400/);
  });

  it("in the request's own line is refused: that is how proxies are asked", async () => {
    expect((await send(web.port, "http://evil.example/", { headers: { cookie } })).status).toBe(400);
    expect((await send(web.port, "*", { method: "OPTIONS", headers: { cookie } })).status).toBe(400);
  });
});

describe("a page of another origin", () => {
  const others = [["another site", "https://evil.example"], ["null", "null"], ["another port", "http://127.0.0.1:1"], ["the other name of this machine", "http://localhost"], ["https", "https://127.0.0.1"], ["none", ""], ["two", "http://127.0.0.1, http://evil.example"]] as const;
  it.each(others)("%s cannot call", async (_, origin) => {
    const given = origin === "http://localhost" || origin === "https://127.0.0.1" ? `${origin}:${web.port}` : origin;
    const answer = await call(web.port, "model/list", {}, { headers: { cookie, origin: given } });
    expect([answer.status, kindOf(answer.text)]).toEqual([403, "origin"]);
  });

  it.each(others)("%s cannot open a stream", async (_, origin) => {
    const answer = await call(web.port, "events/watch", undefined, { headers: { cookie, origin } });
    expect(answer.status).toBe(403);
  });

  it("is told by the browser's own word, whatever its origin", async () => {
    for (const site of ["cross-site", "same-site"]) expect((await call(web.port, "model/list", {}, { headers: { cookie, "sec-fetch-site": site } })).status).toBe(403);
  });

  it("cannot embed or fetch our files, and may only link to us", async () => {
    const get = (mode: string) => send(web.port, "/assets/page-1a2b.js", { headers: { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": mode } });
    for (const mode of ["no-cors", "cors", "websocket"]) expect((await get(mode)).status).toBe(403);
    expect((await get("navigate")).status).toBe(200);
  });

  it("is allowed nothing by a preflight", async () => {
    const answer = await call(web.port, "model/list", {}, { method: "OPTIONS", headers: { origin: "https://evil.example", "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
    expect(answer.status).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "", "text/plain; application/json"])("cannot call by a form's type: %s", async (type) => {
    const answer = await call(web.port, "model/list", {}, { headers: { cookie, "content-type": type } });
    expect([answer.status, kindOf(answer.text)]).toEqual([415, "mediaType"]);
  });

  it.each(["GET", "PUT", "PATCH", "DELETE", "HEAD"])("cannot call by %s", async (method) => expect((await call(web.port, "model/list", {}, { method, headers: { cookie } })).status).toBe(405));
});

describe("a token", () => {
  it("lets one browser in once, and its cookie is out of scripts' reach", async () => {
    const address = pathOf(await web.newAddress());
    const first = await send(web.port, address);
    expect(first.status).toBe(200);
    expect(first.headers["set-cookie"]).toEqual([expect.stringMatching(new RegExp(`^sallyport-${web.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`))]);
    expect(first.text).toContain('content="0;url=/"');
    const again = await send(web.port, address);
    expect([again.status, again.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(again.text).toContain("sallyport serve --new-token");
  });

  it("lets one in of many that bring it at the same moment", async () => {
    const address = pathOf(await web.newAddress());
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(web.port, address)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  it("is not used up by a browser that fetches ahead, nor by asking for the head", async () => {
    const address = pathOf(await web.newAddress());
    expect((await send(web.port, address, { headers: { "sec-purpose": "prefetch;prerender" } })).headers["set-cookie"]).toBeUndefined();
    expect((await send(web.port, address, { method: "HEAD" })).headers["set-cookie"]).toBeUndefined();
    expect((await send(web.port, address)).headers["set-cookie"]).toHaveLength(1);
  });

  it.each(["", "x", "../../secret.txt", "..%2f..%2fsecret.txt", "a".repeat(43), "%00", "a".repeat(5000), "__proto__"])("that was never given, %j, lets nobody in", async (token) => {
    const answer = await send(web.port, `/?token=${token}`);
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([401, undefined]);
  });

  it("is dead after an hour, and when the clock was set back", async () => {
    let now = 1_000_000_000;
    const tickets = createTickets(`${web.home}/tickets`, () => now);
    const [late, back, good] = [await tickets.issue(), await tickets.issue(), await tickets.issue()];
    now += TICKET_LIFE_MS + 1;
    expect(await tickets.redeem(late)).toBe(false);
    now -= 2 * TICKET_LIFE_MS + 2;
    expect(await tickets.redeem(back)).toBe(false);
    now += TICKET_LIFE_MS + 2;
    expect(await tickets.redeem(good)).toBe(true);
  });
});

describe("a browser that was not let in", () => {
  it.each(["/", "/index.html", "/assets/page-1a2b.js", "/icon.svg", "/models"])("gets no file: %s", async (path) => {
    const answer = await send(web.port, path);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain("sallyport serve --new-token");
  });

  it.each([
    ["no cookie", () => ""],
    ["a cookie that is none", () => `sallyport-${web.port}=x`],
    ["an empty cookie", () => `sallyport-${web.port}=`],
    ["the cookie under another server's name", () => cookie.replace(String(web.port), "8088")],
    ["half of a cookie", () => cookie.slice(0, -1)],
    ["a cookie of 15 kB", () => `sallyport-${web.port}=${"a".repeat(15_000)}`],
  ])("cannot call with %s", async (_, given) => {
    const answer = await call(web.port, "model/list", {}, { headers: { cookie: given() } });
    expect([answer.status, kindOf(answer.text)]).toEqual([401, "session_missing"]);
  });

  it("but by another server, is not let in by this one", async () => {
    const other = await startWeb();
    const theirs = await other.enter();
    expect((await call(web.port, "model/list", {}, { headers: { cookie: theirs.replace(String(other.port), String(web.port)) } })).status).toBe(401);
    await other.close();
  });

  it("finds the right cookie among many", async () => {
    expect((await call(web.port, "model/list", {}, { headers: { cookie: `a=b; sallyport-${web.port}=stale; ${cookie}; c` } })).status).toBe(200);
  });

  it("is told in its language", async () => {
    const title = async (language: string) => /<html lang="([^"]+)" dir="([^"]+)"/.exec((await send(web.port, "/", { headers: { "accept-language": language } })).text)?.slice(1);
    expect(await title("zh-CN,zh;q=0.9,en;q=0.8")).toEqual(["zh-Hans", "ltr"]);
    expect(await title("ar-SA")).toEqual(["ar", "rtl"]);
    expect(await title("fr, <script>")).toEqual(["en", "ltr"]);
  });
});

describe("a path", () => {
  it.each(["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/assets/..%5c..%5csecret.txt", "//etc/passwd", "/etc/passwd", "/assets/%00page-1a2b.js", "/assets//page-1a2b.js", "/notes.exe", "/assets", "/.env", "/index.html/../../secret.txt", `/${"a/".repeat(4000)}x.js`, "/assets/page-1a2b.js/", "/__proto__", "/constructor"])("leads to no file but the page's own: %s", async (path) => {
    const answer = await send(web.port, path, { headers: { cookie } });
    expect(answer.text).not.toMatch(/secret|root:|\bno\b$/);
    expect(answer.status).toBe(404);
  });

  it("of the contract leads to its calls only", async () => {
    for (const name of ["", "model", "model/none", "../secret.txt", "__proto__/toString", "model/list/more", "constructor"]) expect((await call(web.port, name, {}, { headers: { cookie } })).status).toBe(404);
  });
});

describe("too much", () => {
  it("of a body is refused by its length, before it is sent", async () => {
    const { text } = await sendBytes(web.port, `POST /rpc/model/list HTTP/1.1\r\nHost: localhost:${web.port}\r\nOrigin: http://localhost:${web.port}\r\nContent-Type: application/json\r\nCookie: ${cookie}\r\nContent-Length: 99999999999\r\n\r\n{`);
    expect(text).toMatch(/^HTTP\/1.1 413/);
    expect(text).toContain("body_too_large");
  });

  it("of a body that tells no length is refused while it comes", async () => {
    const chunk = `100000\r\n${" ".repeat(1 << 20)}\r\n`;
    const { text } = await sendBytes(web.port, `POST /rpc/model/list HTTP/1.1\r\nHost: localhost:${web.port}\r\nOrigin: http://localhost:${web.port}\r\nContent-Type: application/json\r\nCookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(6)}0\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 413/);
  });

  it.each([["not JSON", "{"], ["no object", "[]"], ["nothing", ""], ["deep", "[".repeat(100_000)], ["a prototype", '{"json":{"__proto__":{"model":"x"}}}'], ["wrong references", '{"json":{},"meta":[[1,"a","b"]]}']])("nonsense, %s, is a refusal and no fall", async (_, body) => {
    const answer = await call(web.port, "model/inspect", undefined, { headers: { cookie }, body });
    expect(answer.status).toBe(400);
    expect((await call(web.port, "model/list", {}, { headers: { cookie } })).status).toBe(200);
  });

  it("of headers is refused", async () => {
    expect((await sendBytes(web.port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(20_000)}\r\n\r\n`)).text).toMatch(/^HTTP\/1.1 431/);
  });

  it("time for headers or a body is not given", async () => {
    const [headers, body] = await Promise.all([
      sendBytes(web.port, "GET / HTTP/1.1\r\nHost: localhost\r\nX: a", { trickleMs: 300 }),
      sendBytes(web.port, `POST /rpc/model/list HTTP/1.1\r\nHost: localhost:${web.port}\r\nOrigin: http://localhost:${web.port}\r\nContent-Type: application/json\r\nCookie: ${cookie}\r\nContent-Length: 100\r\n\r\n{`),
    ]);
    expect(headers.ms).toBeLessThan(25_000);
    expect(headers.text).toMatch(/^(HTTP\/1.1 4\d\d|$)/);
    expect(body.ms).toBeLessThan(50_000);
  }, 60_000);

  it.each(["GET / HTTP/1.1\r\nHost: localhost\r\n bad\r\n\r\n", "\x16\x03\x01\x02\x00\x01", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"])("that is no HTTP is refused: %j", async (bytes) => {
    expect((await sendBytes(web.port, bytes)).text).toMatch(/^HTTP\/1.1 400/);
  });
});

describe("another protocol", () => {
  it("is not spoken: a web socket gets no upgrade", async () => {
    const { text } = await sendBytes(web.port, `GET /rpc/events/watch HTTP/1.1\r\nHost: localhost:${web.port}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 400/);
  });

  it("is not carried: CONNECT leads nowhere", async () => {
    expect((await sendBytes(web.port, "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n")).text).not.toMatch(/ 200 /);
  });
});

describe("every answer", () => {
  it("says what a page may do, and lets nobody frame, sniff or refer", async () => {
    const answers = await Promise.all([send(web.port, "/", { headers: { cookie } }), send(web.port, "/"), send(web.port, "/none.js", { headers: { cookie } }), call(web.port, "model/list", {}, { headers: { cookie } }), call(web.port, "model/list", {}), send(web.port, "/", { headers: { host: "evil.example" } })]);
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin", "cross-origin-opener-policy": "same-origin" });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(web.log).toEqual([]);
  });
});
