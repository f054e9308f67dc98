package io.ringway.linux.reach;

import io.ringway.linux.reach.Method.Call;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Classes, their methods and who calls whom, read from class files. */
final class Program {
    private final Map<String, Type> types = new HashMap<>();
    private final Map<String, Set<String>> subtypes = new HashMap<>();

    /** What lambdas and method references do, by the interface that they implement. */
    private final Map<String, List<Lambda>> lambdas = new HashMap<>();

    private record Type(List<String> parents, Map<String, Method> methods) {}

    private record Lambda(String key, Call body) {}

    /** Adds the classes beside {@code one} whose names, with slashes, are wanted. */
    void addAllBeside(Class<?> one, Predicate<String> isWanted) {
        try {
            Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                addTree(place, isWanted);
                return;
            }
            try (FileSystem jar =
                    FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
                addTree(jar.getPath("/"), isWanted);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(one + " is nowhere", e);
        }
    }

    private void addTree(Path root, Predicate<String> isWanted) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
                String path = root.relativize(file).toString();
                if (isWanted.test(path.substring(0, path.length() - ".class".length()))) {
                    add(Files.readAllBytes(file));
                }
            }
        }
    }

    /** Adds a class from its octets. */
    void add(byte[] octets) {
        ClassModel model = ClassFile.of().parse(octets);
        String name = model.thisClass().asInternalName();
        List<String> parents = new ArrayList<>();
        model.superclass().ifPresent(parent -> parents.add(parent.asInternalName()));
        model.interfaces().forEach(parent -> parents.add(parent.asInternalName()));
        Map<String, Method> methods = new HashMap<>();
        for (MethodModel method : model.methods()) {
            Method read = read(name, method);
            methods.put(read.key(), read);
        }
        types.put(name, new Type(parents, methods));
        parents.forEach(parent -> subtypes.computeIfAbsent(parent, _ -> new HashSet<>()).add(name));
    }

    private Method read(String owner, MethodModel model) {
        boolean takesMonitor = model.flags().has(AccessFlag.SYNCHRONIZED);
        List<Call> calls = new ArrayList<>();
        if (model.code().isPresent()) {
            for (CodeElement element : model.code().get()) {
                switch (element) {
                    case InvokeInstruction call ->
                            calls.add(
                                    new Call(
                                            call.owner().asInternalName(),
                                            call.name().stringValue(),
                                            call.type().stringValue(),
                                            isVirtual(call.opcode())));
                    case InvokeDynamicInstruction made -> addLambda(made, calls);
                    case MonitorInstruction _ -> takesMonitor = true;
                    default -> {}
                }
            }
        }
        return new Method(
                owner,
                model.methodName().stringValue(),
                model.methodType().stringValue(),
                model.code().isEmpty(),
                takesMonitor,
                calls);
    }

    private static boolean isVirtual(Opcode opcode) {
        return opcode == Opcode.INVOKEVIRTUAL || opcode == Opcode.INVOKEINTERFACE;
    }

    /**
     * A lambda of one of our interfaces runs when that is called; whoever makes it may be long gone
     * by then. One of the library's, such as Runnable, counts as called by whoever makes it,
     * because there are too many; {@link Reach} names those that call one which they were given.
     */
    private void addLambda(InvokeDynamicInstruction made, List<Call> calls) {
        List<ConstantDesc> arguments = made.bootstrapArgs();
        boolean isLambda = made.bootstrapMethod().owner().displayName().equals("LambdaMetafactory");
        if (!isLambda
                || !(arguments.get(0) instanceof MethodTypeDesc erased)
                || !(arguments.get(1) instanceof DirectMethodHandleDesc body)) {
            return;
        }
        boolean isVirtual =
                body.kind() == DirectMethodHandleDesc.Kind.VIRTUAL
                        || body.kind() == DirectMethodHandleDesc.Kind.INTERFACE_VIRTUAL;
        Call call =
                new Call(
                        internal(body.owner().descriptorString()),
                        body.methodName(),
                        body.lookupDescriptor(),
                        isVirtual);
        String type = internal(made.typeSymbol().returnType().descriptorString());
        if (type.startsWith("java/")) {
            calls.add(call);
        } else {
            lambdas.computeIfAbsent(type, _ -> new ArrayList<>())
                    .add(new Lambda(made.name().stringValue() + erased.descriptorString(), call));
        }
    }

    private static String internal(String descriptor) {
        return descriptor.substring(1, descriptor.length() - 1);
    }

    /** A method of ours; null when there is none. */
    @Nullable Method method(String owner, String key) {
        Type type = types.get(owner);
        return type == null ? null : type.methods().get(key);
    }

    /** Every method of ours that may run when this is called. */
    Set<Method> targets(Call call) {
        Set<Method> found = new HashSet<>();
        String key = call.name() + call.descriptor();
        addInherited(call.owner(), key, found);
        if (call.isVirtual() && !call.owner().equals("java/lang/Object")) {
            addOverriding(call.owner(), key, found, new HashSet<>());
        }
        return found;
    }

    private void addInherited(String owner, String key, Set<Method> found) {
        Type type = types.get(owner);
        if (type == null) {
            return;
        }
        Method own = type.methods().get(key);
        if (own != null && !own.isAbstract()) {
            found.add(own);
            return;
        }
        type.parents().forEach(parent -> addInherited(parent, key, found));
    }

    private void addOverriding(String owner, String key, Set<Method> found, Set<String> seen) {
        if (!seen.add(owner)) {
            return;
        }
        for (Lambda lambda : lambdas.getOrDefault(owner, List.of())) {
            if (lambda.key().equals(key)) {
                found.addAll(targets(lambda.body()));
            }
        }
        for (String subtype : subtypes.getOrDefault(owner, Set.of())) {
            addInherited(subtype, key, found);
            addOverriding(subtype, key, found, seen);
        }
    }

    /** Calls of lambdas whose bodies are not ours: {@code future::complete}. */
    Set<Call> foreignTargets(Call call) {
        Set<Call> found = new HashSet<>();
        if (call.isVirtual()) {
            for (Lambda lambda : lambdas.getOrDefault(call.owner(), List.of())) {
                if (lambda.key().equals(call.name() + call.descriptor())
                        && !types.containsKey(lambda.body().owner())) {
                    found.add(lambda.body());
                }
            }
        }
        return found;
    }
}
