/**
 * A transport for Netty 4.2 in which a lane is the event loop, so that a pipeline runs to
 * completion on the core that its connection's frames come to. {@link
 * io.ringway.netty.RingwayIoHandler} is where to begin.
 */
package io.ringway.netty;
