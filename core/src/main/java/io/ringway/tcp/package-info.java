/** TCP in the order of RFC 9293. */
@NullMarked
package io.ringway.tcp;

import org.jspecify.annotations.NullMarked;
