/** What a thread that waits and its lane may see. */
@NullMarked
package io.ringway;

import org.jspecify.annotations.NullMarked;
