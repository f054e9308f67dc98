package io.ringway.testkit.network;

import io.ringway.nio.RingwaySelectorProvider;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/** Opens a {@link Network} before each test and closes it after it; {@link WithNetwork}. */
final class NetworkExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(NetworkExtension.class);
    private static final String PROPERTY = "java.nio.channels.spi.SelectorProvider";

    static {
        // In time when nothing has opened a channel yet; beforeEach finds out whether it was.
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, RingwaySelectorProvider.class.getName());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!(SelectorProvider.provider() instanceof RingwaySelectorProvider)) {
            throw new ExtensionConfigurationException(
                    "channels come from "
                            + SelectorProvider.provider().getClass().getName()
                            + " already: start the tests' JVM with -D"
                            + PROPERTY
                            + "="
                            + RingwaySelectorProvider.class.getName());
        }
        WithNetwork wanted =
                AnnotationSupport.findAnnotation(context.getTestMethod(), WithNetwork.class)
                        .or(() ->
                                AnnotationSupport.findAnnotation(
                                        context.getTestClass(), WithNetwork.class))
                        .orElseThrow();
        context.getStore(NAMESPACE)
                .put(Network.class, Network.open(wanted.impair(), wanted.hosts()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Network network = context.getStore(NAMESPACE).remove(Network.class, Network.class);
        if (network != null) {
            network.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Network.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(
                context.getStore(NAMESPACE).get(Network.class, Network.class));
    }
}
