/**
 * Which lane a flow belongs to, and how a frame gets there: the hash of network cards, the table
 * from hash to lane, and the rings between lanes.
 */
@NullMarked
package io.ringway.steering;

import org.jspecify.annotations.NullMarked;
