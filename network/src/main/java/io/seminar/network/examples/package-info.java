/** What a network is trained on: users in windows of bounded memory, cut in time. */
package io.seminar.network.examples;
