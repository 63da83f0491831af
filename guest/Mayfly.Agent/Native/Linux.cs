namespace Mayfly.Agent.Native;

/// <summary>Kernel constants that are the same on every architecture.</summary>
internal static class Linux
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_APPEND = 0x400;
    public const int O_TRUNC = 0x200;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_EMPTY_PATH = 0x1000;

    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;

    public const int F_GETFD = 1;
    public const int FD_CLOEXEC = 1;
    public const int F_SETFL = 4;
    public const int F_DUPFD_CLOEXEC = 1030;

    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLPRI = 0x2;
    public const uint EPOLLOUT = 0x4;
    public const uint EPOLLERR = 0x8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 0x80000000;

    public const nint SIG_IGN = 1;
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;

    public const int P_ALL = 0;
    public const int P_PID = 1;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x1000000;
    public const int CLD_EXITED = 1;

    public const int MS_RDONLY = 1;
    public const int MS_NOSUID = 2;
    public const int MS_NODEV = 4;
    public const int MS_NOEXEC = 8;
    public const int MS_BIND = 0x1000;
    public const int MS_REC = 0x4000;
    public const int MS_SLAVE = 0x80000;
    public const int MNT_DETACH = 2;
    public const int UMOUNT_NOFOLLOW = 8;

    public const int BLKFLSBUF = 0x1261;

    public const int LOOP_CLR_FD = 0x4C01;
    public const int LOOP_GET_STATUS64 = 0x4C05;
    public const int LOOP_CONFIGURE = 0x4C0A;
    public const int LOOP_CTL_GET_FREE = 0x4C82;
    public const uint LO_FLAGS_READ_ONLY = 1;
    public const uint LO_FLAGS_AUTOCLEAR = 4;

    public const uint DM_DEV_CREATE = 0xC138FD03;
    public const uint DM_DEV_REMOVE = 0xC138FD04;
    public const uint DM_DEV_SUSPEND = 0xC138FD06;
    public const uint DM_DEV_STATUS = 0xC138FD07;
    public const uint DM_TABLE_LOAD = 0xC138FD09;
    public const uint DM_DEFERRED_REMOVE = 0x20000;

    public const int RNDADDENTROPY = 0x40085203;
    public const int RNDRESEEDCRNG = 0x5207;

    public const int TIOCSCTTY = 0x540E;
    public const int TIOCGPGRP = 0x540F;
    public const int TIOCSWINSZ = 0x5414;
    public const int FIONREAD = 0x541B;
    public const int TIOCGPTPEER = 0x5441;
    public const int TIOCSPTLCK = 0x40045431;

    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_VSOCK = 40;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_LINGER = 13;
    public const int SO_SNDTIMEO = 21;
    public const int IPPROTO_TCP = 6;
    public const int TCP_NODELAY = 1;
    public const int SHUT_WR = 1;
    public const int SCM_RIGHTS = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int NETLINK_KOBJECT_UEVENT = 15;
    public const uint VMADDR_CID_ANY = 0xFFFFFFFF;
    public const uint VMADDR_CID_HOST = 2;
    public const int SIOCADDRT = 0x890B;
    public const int SIOCGIFFLAGS = 0x8913;
    public const int SIOCSIFFLAGS = 0x8914;
    public const int SIOCSIFADDR = 0x8916;
    public const int SIOCSIFNETMASK = 0x891C;
    public const int SIOCSIFMTU = 0x8922;
    public const int SIOCSIFHWADDR = 0x8924;
    public const int SIOCGIFHWADDR = 0x8927;
    public const int SIOCGIFINDEX = 0x8933;
    public const int SIOCBRADDIF = 0x89A2;
    public const short IFF_UP = 1;
    public const int TUNSETIFF = 0x400454CA;
    public const int IFF_TAP = 0x2;
    public const int IFF_NO_PI = 0x1000;
    public const int IFF_VNET_HDR = 0x4000;
    public const int IFF_TUN_EXCL = 0x8000;
    public const int NETLINK_ROUTE = 0;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLM_F_REQUEST = 1;
    public const ushort NLM_F_ACK = 4;
    public const ushort RTM_DELLINK = 17;
    public const ushort RTF_UP = 1;
    public const ushort RTF_GATEWAY = 2;

    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_BOOTTIME = 7;
    public const int RB_AUTOBOOT = 0x01234567;
    public const int CLOCK_MONOTONIC = 1;
    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int CLONE_NEWNS = 0x20000;
    public const int CLONE_NEWNET = 0x40000000;
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NOFILE = 7;
    public const int SIG_BLOCK = 0;
    public const int SIG_SETMASK = 2;

    public const uint STATX_BASIC_STATS = 0x7FF;
    public const long UTIME_OMIT = 0x3FFFFFFE;
    public const ulong RESOLVE_NO_SYMLINKS = 4;
    public const ulong RESOLVE_BENEATH = 8;

    public const int S_IFMT = 0xF000;
    public const int S_IFIFO = 0x1000;
    public const int S_IFDIR = 0x4000;
    public const int S_IFREG = 0x8000;
    public const int S_IFLNK = 0xA000;
    public const int S_IFSOCK = 0xC000;
}
