/** Headers as flyweights, checksums and sequence numbers: what is on the wire, and no policy. */
@NullMarked
package io.ringway.wire;

import org.jspecify.annotations.NullMarked;
