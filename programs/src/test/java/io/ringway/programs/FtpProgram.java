package io.ringway.programs;

import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** Apache's FTP server (java.nio, and sockets for files) and client, passive and active. */
final class FtpProgram {
    static final int PORT = 2121;

    private FtpProgram() {}

    public static void main(String[] arguments) throws Exception {
        FtpServerFactory factory = new FtpServerFactory();
        ListenerFactory listener = new ListenerFactory();
        listener.setPort(PORT);
        factory.addListener("default", listener.createListener());
        BaseUser user = new BaseUser();
        user.setName("user");
        user.setPassword(Run.PASSWORD);
        user.setHomeDirectory(arguments[0]);
        user.setAuthorities(List.of(new WritePermission()));
        factory.getUserManager().save(user);
        FtpServer server = factory.createServer();
        server.start();
        ask(true);
        ask(false);
        Run.ready();
        server.stop();
        Run.end();
    }

    private static void ask(boolean isPassive) throws Exception {
        FTPClient client = new FTPClient();
        client.connect(Run.HOST, PORT);
        Run.require(client.login("user", Run.PASSWORD), "login");
        if (isPassive) {
            client.enterLocalPassiveMode();
        }
        Run.require(client.setFileType(FTP.BINARY_FILE_TYPE), "binary");
        Run.require(
                client.storeFile("file", new ByteArrayInputStream(Run.file())),
                "stored: " + client.getReplyString());
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Run.require(client.retrieveFile("file", got), "retrieved: " + client.getReplyString());
        Run.require(Arrays.equals(got.toByteArray(), Run.file()), "the file is what was stored");
        Run.require(client.logout(), "logout");
        client.disconnect();
    }
}
