/** One flow that sends as fast as it can, over the link in memory. */
@NullMarked
package io.ringway.bench.bulk;

import org.jspecify.annotations.NullMarked;
