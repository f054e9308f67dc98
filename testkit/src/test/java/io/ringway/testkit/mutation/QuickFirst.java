package io.ringway.testkit.mutation;

import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

import java.util.Comparator;

/**
 * Tests of one part first, then those that trace a connection, then the rest, and last those that
 * simulate much: so what catches a mutation is quick, and says what is wrong.
 */
public final class QuickFirst implements ClassOrderer {
    /** Made by JUnit. */
    public QuickFirst() {}

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors().sort(Comparator.comparingInt(QuickFirst::rank));
    }

    private static int rank(ClassDescriptor tests) {
        String name = tests.getTestClass().getSimpleName();
        return switch (name) {
            case "TwoStacksTest",
                    "PairTest",
                    "MalformedInputTest",
                    "SynFloodTest",
                    "SynCookiesTest",
                    "SipHashTest",
                    "TcpExchangeTest" ->
                    4;
            case "ScriptsTest" -> 3;
            case "ComplianceTest" -> 5;
            default ->
                    tests.getTestClass().getPackageName().equals("io.ringway.tcp")
                            ? 0
                            : name.startsWith("Tcp") ? 1 : 2;
        };
    }
}
