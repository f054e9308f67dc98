/**
 * A simulated network for programs that know nothing of it: hosts with a stack each, joined by a
 * bad network, in one process and without root.
 */
@NullMarked
package io.ringway.testkit.network;

import org.jspecify.annotations.NullMarked;
