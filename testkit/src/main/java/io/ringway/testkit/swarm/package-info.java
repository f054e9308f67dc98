/**
 * Many TCP clients at once for any port: peers that are no stack, but a few octets of memory each.
 */
@NullMarked
package io.ringway.testkit.swarm;

import org.jspecify.annotations.NullMarked;
