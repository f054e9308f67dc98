package io.ringway.linux;

/**
 * What the kernel leaves to us on a TAP and we to it: how large and how finished the frames are
 * that pass.
 */
public enum TapOffloads {
    /** Whole frames with whole checksums both ways. */
    NONE,

    /** TCP and UDP checksums are left to the reader, both ways; no frame is longer than the MTU. */
    CHECKSUM,

    /** Checksums, and super-frames of up to 64 KiB, both ways: the fastest by far. */
    ALL
}
