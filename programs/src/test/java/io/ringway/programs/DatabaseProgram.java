package io.ringway.programs;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;

/** The servers of H2 and HSQLDB, and JDBC clients; all of them use {@link java.net.Socket}. */
final class DatabaseProgram {
    private static final int PORT = 9092;
    private static final String H2 =
            "jdbc:h2:tcp://" + Run.HOST + ":" + PORT + "/mem:test;DB_CLOSE_DELAY=-1";
    private static final String HSQLDB = "jdbc:hsqldb:hsql://" + Run.HOST + ":" + PORT + "/test";

    private DatabaseProgram() {}

    public static void main(String[] arguments) throws Exception {
        boolean isH2 = arguments[0].equals("h2");
        if (arguments.length > 1) {
            ask(isH2 ? H2 : HSQLDB, "kernel");
            System.out.println("ASKED");
            Run.end();
        }
        if (isH2) {
            Object _ =
                    org.h2.tools.Server.createTcpServer(
                                    "-tcpPort", "" + PORT, "-tcpAllowOthers", "-ifNotExists")
                            .start();
        } else {
            org.hsqldb.server.Server server = new org.hsqldb.server.Server();
            server.setAddress("0.0.0.0");
            server.setPort(PORT);
            server.setDatabaseName(0, "test");
            server.setDatabasePath(0, "mem:test");
            server.setSilent(true);
            int _ = server.start();
        }
        ask(isH2 ? H2 : HSQLDB, "own");
        Run.ready();
        Run.end();
    }

    private static void ask(String url, String table) throws Exception {
        byte[] file = Run.file();
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            boolean _ = statement.execute("create table " + table + "(i int, b varbinary(200000))");
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into " + table + " values (?, ?)")) {
                for (int i = 0; i < 100; i++) {
                    insert.setInt(1, i);
                    insert.setBytes(2, Arrays.copyOf(file, i * 1000));
                    insert.addBatch();
                }
                int[] _ = insert.executeBatch();
            }
            connection.commit();
            try (ResultSet rows =
                    statement.executeQuery("select i, b from " + table + " order by i")) {
                int count = 0;
                while (rows.next()) {
                    byte[] expected = Arrays.copyOf(file, count * 1000);
                    Run.require(Arrays.equals(rows.getBytes(2), expected), "row " + count);
                    count++;
                }
                Run.require(count == 100, count + " rows");
            }
        }
    }
}
