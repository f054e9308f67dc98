package io.ringway.linux;

/** The error numbers of Linux that we tell apart, and what people call them. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int EMFILE = 24;
    static final int ENOTTY = 25;
    static final int ENOSYS = 38;
    static final int EBADFD = 77;
    static final int EPROTONOSUPPORT = 93;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENOBUFS = 105;

    private Errno() {}

    /** The name and the meaning: {@code EPERM, operation not permitted}. */
    static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM, operation not permitted";
            case ENOENT -> "ENOENT, no such file";
            case EINTR -> "EINTR, interrupted";
            case EIO -> "EIO, the interface is down or failed";
            case ENXIO -> "ENXIO, no such device";
            case EBADF -> "EBADF, bad file descriptor";
            case EAGAIN -> "EAGAIN, try again";
            case ENOMEM -> "ENOMEM, out of memory";
            case EACCES -> "EACCES, permission denied";
            case EFAULT -> "EFAULT, bad address";
            case EBUSY -> "EBUSY, in use";
            case EEXIST -> "EEXIST, it exists already";
            case ENODEV -> "ENODEV, no such device";
            case EINVAL -> "EINVAL, invalid argument";
            case ENOTTY -> "ENOTTY, not a device of that kind";
            case EMFILE -> "EMFILE, too many open files";
            case ENOSYS -> "ENOSYS, the kernel has no such call";
            case EBADFD -> "EBADFD, the descriptor is in a bad state";
            case EPROTONOSUPPORT -> "EPROTONOSUPPORT, the kernel lacks that protocol";
            case EOPNOTSUPP -> "EOPNOTSUPP, the kernel does not support it";
            case EAFNOSUPPORT -> "EAFNOSUPPORT, the kernel lacks that address family";
            case EADDRINUSE -> "EADDRINUSE, the address is in use";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL, the address is not available";
            case ENETDOWN -> "ENETDOWN, the interface is down";
            case ENOBUFS -> "ENOBUFS, no buffer space";
            default -> "errno " + errno;
        };
    }
}
