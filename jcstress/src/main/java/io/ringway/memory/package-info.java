/** What the threads at a ring may see. */
@NullMarked
package io.ringway.memory;

import org.jspecify.annotations.NullMarked;
