package io.ringway.testkit.mutation;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Runs the tests of the packages (or, with a capital after the last dot, the classes) that it is
 * given, and ends with the first that fails: {@code FAILED Class.method: message}. Before each it
 * says {@code RUNNING Class.method}, so that who started it knows where it hangs.
 */
final class FirstFailure implements TestExecutionListener {
    private static final int MESSAGE_LENGTH = 160;

    private final PrintStream out;
    private long passed;

    private FirstFailure(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] names) {
        PrintStream out = System.out;
        // Tests of commands write to it; what is to be read here is ours.
        System.setOut(new PrintStream(PrintStream.nullOutputStream(), false));
        FirstFailure listener = new FirstFailure(out);
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectors(names))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .configurationParameter(
                                        "junit.jupiter.testclass.order.default",
                                        QuickFirst.class.getName())
                                .build(),
                        listener);
        out.println("PASSED " + listener.passed);
        out.flush();
        Runtime.getRuntime().halt(listener.passed == 0 ? 2 : 0);
    }

    private static DiscoverySelector[] selectors(String[] names) {
        return Arrays.stream(names)
                .flatMap(name ->
                        Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1))
                                ? Stream.of(selectClass(name))
                                : Stream.of(selectPackage(name)))
                .toArray(DiscoverySelector[]::new);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            out.println("RUNNING " + nameOf(test));
            out.flush();
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            String message =
                    result.getThrowable()
                            .map(String::valueOf)
                            .orElse("")
                            .lines()
                            .filter(line -> !line.isBlank())
                            .limit(3)
                            .reduce("", (a, b) -> a + " " + b.strip());
            int length = Math.min(MESSAGE_LENGTH, message.length());
            out.println("FAILED " + nameOf(test) + ":" + message.substring(0, length));
            out.flush();
            Runtime.getRuntime().halt(1);
        }
        if (test.isTest()) {
            passed++;
        }
    }

    private static String nameOf(TestIdentifier test) {
        return test.getSource()
                .map(source ->
                        switch (source) {
                            case MethodSource method ->
                                    simple(method.getClassName()) + "." + method.getMethodName();
                            case ClassSource type -> simple(type.getClassName());
                            default -> test.getDisplayName();
                        })
                .orElse(test.getDisplayName());
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
