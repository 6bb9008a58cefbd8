import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStrace } from "../../../main/hosts/egress/parse-strace.ts";
import { verdictOf } from "../../../main/hosts/egress/prove-egress.ts";

const one = (line: string) => parseStrace(`${line}\n`).sockets[0];
const inet = (address: string, port: number): string => `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${address}")}`;
const inet6 = (address: string, port: number): string => `{sa_family=AF_INET6, sin6_port=htons(${port}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "${address}", &sin6_addr), sin6_scope_id=0}`;

/** As strace 6.1 wrote them. */
describe("a call", () => {
  it.each([
    ["7 connect(21, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"8.8.8.8\")}, 16) = -1 ENETUNREACH (Network is unreachable)", "outside", "8.8.8.8", 443],
    ["7 connect(21, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINPROGRESS (Operation now in progress)", "loopback", "127.0.0.1", 8080],
    ["7 connect(21, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"127.0.0.53\")}, 16) = 0", "lookup", "127.0.0.53", 53],
    [`7 bind(18, ${inet6("::", 8088)}, 28) = 0`, "outside", "::", 8088],
    [`7 bind(18, ${inet6("::1", 8088)}, 28) = 0`, "loopback", "::1", 8088],
    [`7 connect(18, ${inet6("::ffff:127.0.0.1", 1)}, 28) = 0`, "loopback", "::ffff:127.0.0.1", 1],
    [`7 connect(18, ${inet6("::ffff:10.0.0.1", 1)}, 28) = 0`, "outside", "::ffff:10.0.0.1", 1],
    [`7 sendto(18, "x", 1, MSG_NOSIGNAL, ${inet("10.1.2.3", 9)}, 16) = 1`, "outside", "10.1.2.3", 9],
    [`7 sendmsg(18, {msg_name=${inet("10.1.2.3", 9)}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1`, "outside", "10.1.2.3", 9],
    [`7 accept4(18, ${inet("10.1.2.3", 9)}, [128 => 16], SOCK_CLOEXEC|SOCK_NONBLOCK) = 20`, "outside", "10.1.2.3", 9],
    ["7 connect(21, {sa_family=AF_UNIX, sun_path=\"/var/run/nscd/socket\"}, 110) = -1 ENOENT (No such file or directory)", "local", "\"/var/run/nscd/socket\"", null],
    ["7 connect(21, {sa_family=AF_UNIX, sun_path=\"/tmp/a\\\"), sin_port=htons(1)} = 0\"}, 110) = 0", "local", "\"/tmp/a\\\"), sin_port=htons(1)} = 0\"", null],
    ["7 bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0", "local", null, null],
    ["7 sendto(3, \"x\", 1, 0, {sa_family=AF_VSOCK, svm_cid=VMADDR_CID_HOST, svm_port=1}, 16) = 1", "outside", null, null],
    ["7 socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 3", "outside", null, null],
    ["7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3", "local", null, null],
    ["7 io_uring_setup(64, {flags=IORING_SETUP_SQPOLL, sq_off={head=0}, cq_off={head=8}}) = 4", "unseen", null, null],
  ])("%s", (line, scope, address, port) => expect(one(line)).toMatchObject({ scope, address, port }));

  it("that went where another went is counted with it", () => {
    const trace = parseStrace(`1 connect(3, ${inet("127.0.0.1", 5)}, 16) = 0\n2 connect(3, ${inet("127.0.0.1", 5)}, 16) = 0\n`);
    expect(trace).toMatchObject({ calls: 2, processes: 2, unreadLines: 0, sockets: [{ calls: { connect: 2 }, processes: 2 }] });
  });

  it.each([
    `7 connect(21, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("8.8`,
    "7 connect(21, {sa_family=AF_INET, sin_port=htons(443)}, 16) = 0",
    "7 connect(21, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"somewhere\")}, 16) = 0",
    "7 <... connect resumed>) = 0",
    "7 connect(21, <unfinished ...>",
    "hello",
    "7 hello",
  ])("that cannot be read is counted, and nothing is proven: %s", (line) => {
    const trace = parseStrace(`1 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n${line}\n`);
    expect(trace.unreadLines).toBe(1);
    expect(verdictOf(trace, 1)).toBe("unclear");
  });
});

const call = fc.oneof(
  fc.tuple(fc.constantFrom("127.0.0.1", "8.8.8.8", "10.0.0.7", "0.0.0.0"), fc.nat(65535)).map(([address, port]) => `connect(4, ${inet(address, port)}, 16) = 0`),
  fc.tuple(fc.constantFrom("::1", "2001:db8::1"), fc.nat(65535)).map(([address, port]) => `bind(4, ${inet6(address, port)}, 28) = 0`),
  fc.string().map((path) => `connect(4, {sa_family=AF_UNIX, sun_path=${JSON.stringify(path.replaceAll(/[^\x20-\x7e]/g, "?"))}}, 110) = -1 ENOENT (No such file or directory)`),
  fc.constantFrom("socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 4", 'recvfrom(4, "a) = b", 3, 0, NULL, NULL) = 3', "getsockname(4, {sa_family=AF_UNIX}, [128 => 2]) = 0", "shutdown(4, SHUT_WR) = 0"),
);
const calls = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), call, fc.boolean()), { maxLength: 25 });

/** The same calls as strace shows them when another process got between: some in two halves, those of different processes mixed. */
function interleaved(list: readonly (readonly [number, string, boolean])[]): string {
  const lines: string[] = [];
  const open = new Map<number, string>();
  const close = (pid: number): void => {
    const rest = open.get(pid);
    open.delete(pid);
    if (rest !== undefined) lines.push(`${pid} ${rest}`);
  };
  for (const [pid, text, isSplit] of list) {
    close(pid);
    const [name, at] = [/^\w+/.exec(text)?.[0] as string, text.lastIndexOf(") = ")];
    if (!isSplit || text.slice(at).includes('"')) lines.push(`${pid} ${text}`);
    else {
      lines.push(`${pid} ${text.slice(0, at)} <unfinished ...>`);
      open.set(pid, `<... ${name} resumed>${text.slice(at)}`);
    }
  }
  for (const pid of [...open.keys()]) close(pid);
  return `${lines.join("\n")}\n1 +++ exited with 0 +++\n`;
}

describe("a trace", () => {
  it("says the same whether its calls were finished at once or not", () => {
    fc.assert(fc.property(calls, (list) => {
      const whole = `${list.map(([pid, text]) => `${pid} ${text}`).join("\n")}\n1 +++ exited with 0 +++\n`;
      expect(parseStrace(interleaved(list))).toEqual(parseStrace(whole));
      expect(parseStrace(whole).unreadLines).toBe(0);
    }));
  });

  it("that was cut off anywhere never says that nothing left when something did", () => {
    fc.assert(fc.property(calls, fc.nat(), (list, cut) => {
      const text = interleaved([...list, [1, `connect(4, ${inet("8.8.8.8", 443)}, 16) = 0`, true], ...list]);
      const from = text.indexOf("8.8.8.8");
      // Cut behind the place where the address begins: what is left knows of it, or says that it does not know all.
      const seen = parseStrace(text.slice(0, from + (cut % (text.length - from))));
      expect(verdictOf(seen, 0)).not.toBe("none");
    }));
  });

  it("of anything at all is read without an error, and each of its lines is either a call, an event or unread", () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), call.map((text) => `3 ${text}`), fc.constantFrom("3 --- SIGCHLD {si_signo=SIGCHLD} ---", "3 <... x resumed>", "3 +++ killed by SIGKILL +++"))), (lines) => {
      const seen = parseStrace(lines.join("\n"));
      expect(seen.calls + seen.unreadLines).toBeLessThanOrEqual(lines.join("\n").split("\n").length);
    }));
  });

  it("of fewer processes than were run has seen nothing", () => {
    expect(verdictOf(parseStrace(""), 1)).toBe("unclear");
    expect(verdictOf(null, 1)).toBe("confined");
  });
});
