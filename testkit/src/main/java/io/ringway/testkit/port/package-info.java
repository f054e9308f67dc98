/** What every port must do, as tests: extend {@link io.ringway.testkit.port.PortContract}. */
@NullMarked
package io.ringway.testkit.port;

import org.jspecify.annotations.NullMarked;
