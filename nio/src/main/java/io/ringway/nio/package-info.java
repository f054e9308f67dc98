/** The doors for programs that know nothing of Ringway. */
@NullMarked
package io.ringway.nio;

import org.jspecify.annotations.NullMarked;
