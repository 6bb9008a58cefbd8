import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findDisks } from "../../main/hardware/find-disks.ts";
import { parseDf } from "../../main/hardware/parse-df.ts";
import { parseMountInfo } from "../../main/hardware/parse-mount-info.ts";
import { parseDarwinMounts, parseMounts } from "../../main/hardware/parse-mounts.ts";
import { hostOf } from "./host-of.ts";

const HEADING = "Filesystem     1024-blocks      Used Available Capacity Mounted on\n";
/** A container on a Kunpeng host: its layers, a data volume, the driver and single files of the host, and what the kernel mounts. */
const CONTAINER_MOUNTS = `overlay / overlay rw,relatime,lowerdir=/var/lib/docker/overlay2/l/A:/b 0 0
proc /proc proc rw,nosuid 0 0
tmpfs /dev tmpfs rw,nosuid,size=65536k 0 0
cgroup /sys/fs/cgroup/memory cgroup ro,nosuid,memory 0 0
/dev/mapper/openeuler-root /etc/hosts ext4 rw,relatime 0 0
/dev/mapper/openeuler-root /usr/local/Ascend/driver ext4 ro,relatime 0 0
/dev/mapper/openeuler-root /usr/local/bin/npu-smi ext4 ro,relatime 0 0
/dev/nvme1n1 /data/models xfs rw,noatime 0 0
/dev/nvme1n1 /data xfs rw,noatime 0 0
10.0.0.5:/export/site /mnt/share\\040of\\040site nfs4 rw,vers=4.2 0 0
/dev/sdb1 /run/media/op/USB vfat rw,nosuid 0 0
`;

const found = (files: Record<string, string>, df: Parameters<typeof hostOf>[0]["commands"], home: string | null = null) => findDisks(hostOf({ files, ...(df === undefined ? {} : { commands: df }) }), home);

describe("disks", () => {
  test("are each device once, without the kernel's file systems and what was mounted into a container", async () => {
    const df = `${HEADING}overlay  103079180  40000000  57821484  41% /\n/dev/nvme1n1  3750738264  1000000  3749738264  1% /data\n/dev/sdb1 15625216 10 15625206 1% /run/media/op/USB\n`;
    const { disks, notices } = await found({ "/proc/self/mounts": CONTAINER_MOUNTS }, { "df -Pk": df }, "/data/models/home");
    expect(disks.map((disk) => [disk.mountPoint, disk.filesystem, disk.totalBytes, disk.freeBytes, disk.largestFileBytes, disk.holdsHome])).toEqual([
      ["/", "overlay", 103079180 * 1024, 57821484 * 1024, null, undefined],
      // The home lies on the longer of two mounts of one device; df tells the shorter.
      ["/data/models", "xfs", 3750738264 * 1024, 3749738264 * 1024, null, true],
      ["/mnt/share of site", "nfs4", null, null, null, undefined],
      ["/run/media/op/USB", "vfat", 15625216 * 1024, 15625206 * 1024, 2 ** 32 - 1, undefined],
    ]);
    expect(notices.map(({ code, subject }) => [code, subject])).toEqual([["disk.sizesUnknown", "disk"], ["disk.network", "disk /mnt/share of site"], ["disk.largestFile", "disk /run/media/op/USB"]]);
  });

  test("that are read-only say so", async () => {
    expect((await found({ "/proc/self/mounts": "/dev/sda1 /mnt ext4 ro,relatime 0 0\n" }, {})).disks).toMatchObject([{ readOnly: true, largestFileBytes: 2 ** 44 }]);
  });

  test("a home on a memory file system is shown all the same", async () => {
    expect((await found({ "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n" }, {}, "/tmp/home")).disks).toMatchObject([{ mountPoint: "/" }, { mountPoint: "/tmp", holdsHome: true }]);
  });

  test("are asked one by one when df hangs, and those behind a network not at all", async () => {
    const host = hostOf({
      files: { "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt nfs rw 0 0\n" },
      commands: { "df -Pk": { kind: "timedOut", afterMs: 5000, stdout: "", stderr: "" }, "df -Pk /": `${HEADING}/dev/sda1 100 20 70 23% /\n` },
    });
    const { disks, notices } = await findDisks(host, null);
    expect(disks).toMatchObject([{ mountPoint: "/", totalBytes: 102400, freeBytes: 71680 }, { mountPoint: "/mnt", totalBytes: null }]);
    expect(notices.map(({ code }) => code)).toEqual(["disk.sizesTimedOut", "disk.network"]);
    expect(host.asked).not.toContain("run df -Pk /mnt");
  });

  test("come from df alone where only that was pasted", async () => {
    const df = `${HEADING}devtmpfs 12334492 0 12334492 0% /dev\ntmpfs 100 0 100 0% /dev/shm\n/dev/vda 264212084 37606916 68783996 36% /\n`;
    expect((await found({}, { "df -Pk": df })).disks).toMatchObject([{ mountPoint: "/", device: "/dev/vda", filesystem: null, totalBytes: 264212084 * 1024 }]);
  });

  test("are told by the df that people type, with types and in Chinese", async () => {
    const typed = "文件系统       类型        1K-块      已用      可用 已用% 挂载点\ntmpfs          tmpfs        100         0       100    0% /dev/shm\n/dev/my disk   ext4   264212084  37606916  68783996   36% /\n10.0.0.5:/vol  nfs4   900000000 100000000 800000000   12% /mnt/models\n";
    const { disks, notices } = await found({}, { "df -Pk": typed });
    expect(disks).toMatchObject([
      { mountPoint: "/", device: "/dev/my disk", filesystem: "ext4", totalBytes: 264212084 * 1024, largestFileBytes: 2 ** 44 },
      { mountPoint: "/mnt/models", device: "10.0.0.5:/vol", filesystem: "nfs4", freeBytes: 800000000 * 1024 },
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["disk.network"]);
    expect(parseDf(typed.replaceAll("类型", "").replaceAll(/ (?:tmpfs|ext4|nfs4) /g, " ")).map(({ device, filesystem }) => [device, filesystem])).toEqual([["tmpfs", null], ["/dev/my disk", null], ["10.0.0.5:/vol", null]]);
  });

  test("that one df failed on still have the sizes of the others", async () => {
    const failed = { exitCode: 1, stdout: `${HEADING}/dev/sda1 100 20 70 23% /\n`, stderr: "df: /mnt: Stale file handle\n" };
    expect((await found({ "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n" }, { "df -Pk": failed })).disks).toMatchObject([{ totalBytes: 102400 }]);
  });
});

describe("the tables of mounts and sizes", () => {
  test("names with spaces on both sides, a full disk, and sizes in other blocks", () => {
    expect(parseDf("Filesystem 512-blocks Used Available Capacity Mounted on\nmap auto home 0 0 0 - /System/Volumes/Data/home\n//nas/my share 1000 1000 -8 100% /mnt/a b\n")).toEqual([
      { device: "map auto home", filesystem: null, mountPoint: "/System/Volumes/Data/home", totalBytes: 0, freeBytes: 0 }, { device: "//nas/my share", filesystem: null, mountPoint: "/mnt/a b", totalBytes: 512000, freeBytes: 0 },
    ]);
  });

  test("of macOS", () => {
    expect(parseDarwinMounts("/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)\n")).toEqual([
      { device: "/dev/disk3s1s1", mountPoint: "/", filesystem: "apfs", readOnly: true }, { device: "/dev/disk3s5", mountPoint: "/System/Volumes/Data", filesystem: "apfs", readOnly: false },
    ]);
  });

  test("the last mount on a directory hides the others", () => {
    expect(parseMounts("/dev/a /x ext4 rw 0 0\n/dev/b /x xfs ro 0 0\n")).toEqual([{ device: "/dev/b", mountPoint: "/x", filesystem: "xfs", readOnly: true }]);
  });

  test("no text makes their parsers throw", () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom("1024-blocks", "/", " ", "\n", " - ", "\\040", "100%", "12"), fc.string())), (parts) => {
      const text = parts.join("");
      parseDf(`${HEADING}${text}`);
      parseMounts(text);
      parseDarwinMounts(text);
      parseMountInfo(text);
    }));
  });
});
