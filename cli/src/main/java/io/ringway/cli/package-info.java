/** The ringway command. */
@NullMarked
package io.ringway.cli;

import org.jspecify.annotations.NullMarked;
