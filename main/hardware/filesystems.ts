/** File systems of the kernel's own making and of others' programs: nothing can be stored on them, or what is stored is gone at the next start. */
const NOT_DISKS: ReadonlySet<string> = new Set([
  "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devfs", "devpts", "devtmpfs", "efivarfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fusectl", "hugetlbfs", "mqueue",
  "nfsd", "none", "nsfs", "proc", "pstore", "ramfs", "resctrl", "rpc_pipefs", "securityfs", "selinuxfs", "shm", "squashfs", "sunrpc", "sysfs", "tmpfs", "tracefs", "udev",
]);

const NETWORK = /^(?:9p|afpfs|afs|beegfs|ceph|cifs|fuse\.(?:ceph|glusterfs|juicefs|rclone|s3fs|sshfs)|gfs2?|glusterfs|gpfs|lustre|ncpfs|nfs\d?|ocfs2|orangefs|smb3|smbfs|virtiofs|webdav)$/;

/**
 * Largest file where a model could meet the limit; the others' limits are beyond any model. vfat: a 32-bit length. ext3: 2³² blocks of half a kilobyte. ext4 and ext3 with blocks of 4 KiB.
 */
const LARGEST_FILE_BYTES: Readonly<Record<string, number>> = {
  vfat: 2 ** 32 - 1, msdos: 2 ** 32 - 1, fat: 2 ** 32 - 1, msdosfs: 2 ** 32 - 1, ext2: 2 ** 41, ext3: 2 ** 41, ext4: 2 ** 44,
};

export function isDisk(filesystem: string): boolean {
  return !NOT_DISKS.has(filesystem);
}

export function isNetworkFilesystem(filesystem: string): boolean {
  return NETWORK.test(filesystem);
}

export function largestFileBytes(filesystem: string): number | null {
  return LARGEST_FILE_BYTES[filesystem] ?? null;
}
