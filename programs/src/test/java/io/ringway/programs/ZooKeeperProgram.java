package io.ringway.programs;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** A ZooKeeper server, and clients. */
final class ZooKeeperProgram {
    private static final int PORT = 2181;

    private ZooKeeperProgram() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("client")) {
            ask("kernel");
            System.out.println("ASKED");
            Run.end();
        }
        System.setProperty("zookeeper.4lw.commands.whitelist", "*");
        File directory = new File(arguments[0]);
        ZooKeeperServer server = new ZooKeeperServer(directory, directory, 2000);
        ServerCnxnFactory factory =
                ServerCnxnFactory.createFactory(new InetSocketAddress(Run.HOST, PORT), 100);
        factory.startup(server);
        ask("own");
        Run.ready();
        Run.end();
    }

    @SuppressWarnings("try") // Closing may be interrupted, and nobody interrupts here.
    private static void ask(String name) throws Exception {
        CompletableFuture<Boolean> connected = new CompletableFuture<>();
        CompletableFuture<String> changed = new CompletableFuture<>();
        String root = "/" + name;
        try (ZooKeeper client =
                new ZooKeeper(Run.HOST + ":" + PORT, 20_000, event -> note(event, connected))) {
            Run.require(connected.get(), "connected");
            String _ = create(client, root, new byte[0]);
            byte[] file = Arrays.copyOf(Run.file(), 100_000);
            for (int i = 0; i < 100; i++) {
                String path = root + "/node" + i;
                String _ = create(client, path, Arrays.copyOf(file, i * 1000));
                byte[] got = client.getData(path, false, null);
                Run.require(Arrays.equals(got, Arrays.copyOf(file, i * 1000)), path);
            }
            Run.require(client.getChildren(root, false).size() == 100, "children");
            byte[] _ =
                    client.getData(
                            root + "/node1",
                            event -> changed.complete(String.valueOf(event.getPath())),
                            null);
            Object _ = client.setData(root + "/node1", "new".getBytes(StandardCharsets.UTF_8), -1);
            Run.require(changed.get().equals(root + "/node1"), "a watch is told");
        }
    }

    private static void note(WatchedEvent event, CompletableFuture<Boolean> connected) {
        if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            connected.complete(true);
        }
    }

    private static String create(ZooKeeper client, String path, byte[] data) throws Exception {
        return client.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
}
