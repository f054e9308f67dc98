/** The interface of the stack: lanes, sockets and their configuration. */
@NullMarked
package io.ringway;

import org.jspecify.annotations.NullMarked;
