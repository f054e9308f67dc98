/** Netty's HTTP on Ringway, and on the kernel. */
@NullMarked
package io.ringway.bench.http;

import org.jspecify.annotations.NullMarked;
