# Draws figure13-a.pdf and figure13-a.svg: run `gnuplot figure13-a.gp` in the folder of this file.
set encoding utf8

# TPOT ratio: centre of the bar, value
$panel1_group1 << END
0.5 1.081127913383604
1.5 1.0697503999315792
2.5 1.0518054347934718
3.5 1.0722377385343924
4.5 1.370205578708562
5.5 1.0811450877827984
6.5 1.0545462601914215
7.5 1.1964920696788897
8.5 1.1192516415314966
9.5 1.0725397157420762
10.5 1.040827574432708
11.5 1.0549506040655776
12.5 1.034123866918518
13.5 1.159232835767787
14.5 1.1706486658571131
15.5 1.039339566704675
16.5 1.0093140102138303
17.5 1.1049323928768593
18.5 1.4394267382244477
19.5 1.314328546157767
20.5 1.4447855765098592
21.5 1.0327083401031907
22.5 1.1381984486038421
23.5 1.204919097732338
24.5 1.0
25.5 1.0583639823445952
26.5 1.247329631898204
27.5 1.100683712471188
28.5 1.4445577109505392
29.5 1.041976942914257
30.5 1.287124596488072
31.5 1.0586628527215391
32.5 1.0891693900598647
33.5 1.2792952158226647
34.5 1.2940305219920247
35.5 1.0
36.5 1.0
37.5 1.0
38.5 0.9986315364229166
39.5 0.9918792761685529
40.5 1.08329656396602
41.5 1.0
42.5 1.0
43.5 1.0
44.5 1.0
45.5 0.7627079086249927
46.5 1.0302682073372202
47.5 0.958174560176632
48.5 1.0222174657534246
49.5 1.015801169972875
50.5 0.9072738284039147
51.5 0.9783092750008362
52.5 1.000665741896274
53.5 1.0
END
$panel1_group2 << END
56.5 1.5492819236650377
57.5 1.0033949402333062
58.5 1.103503112273255
59.5 1.1362757056177506
60.5 1.2103259077144486
61.5 1.6520552873804455
62.5 1.0423757650265084
63.5 0.9890252933586801
64.5 1.0045554976737503
65.5 1.086289989261708
66.5 1.0743872872884375
67.5 1.0
68.5 1.0085846611181037
69.5 1.0300720687692353
70.5 0.975150577745428
71.5 0.9679767538339299
72.5 1.0
73.5 1.0540081352002317
74.5 1.2944602684416195
75.5 1.0
76.5 1.0133724516239484
77.5 1.0408410654066722
78.5 1.0
79.5 0.966384722378858
80.5 0.9987747136603198
81.5 0.95754567953241
82.5 1.0061194056759033
83.5 1.0
84.5 0.9533209340172331
85.5 1.0
86.5 0.9770544749707393
87.5 1.0
88.5 0.9158410654066721
89.5 0.8372858993655571
END
$panel1_group3 << END
92.5 0.9797210200783819
93.5 0.9886050034642981
94.5 1.0
95.5 1.0
96.5 0.9661020876742061
97.5 0.9436185303395113
98.5 1.0
99.5 1.0
100.5 1.0
101.5 1.0
102.5 1.0
103.5 1.0191115268603719
104.5 1.0052771093397503
105.5 1.0352652770549728
106.5 1.0
107.5 1.0
108.5 0.9842334679308995
109.5 1.030198668217665
110.5 1.0054684815960007
111.5 0.9618966590217727
112.5 1.0
113.5 1.0
114.5 1.0
115.5 0.7748533187003788
116.5 1.0089675479319233
117.5 1.0634740703107335
118.5 1.0
119.5 0.9869825642375006
120.5 1.305821816304019
121.5 1.0
122.5 0.9470304446127357
123.5 1.2979767452247317
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,2.861111in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,275 background '#ffffff'
  }
  set output 'figure13-a.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.8 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.165049
  set tmargin at screen 0.796117
  set xlabel 'models that both systems served (CV = 8, 0.6 req/s)' offset 0,0.5
  set ylabel 'TPOT ratio' offset 1,0
  set xrange [-1:125]
  set yrange [0:1.75]
  set xtics scale 0 font 'DejaVu Sans,8' ('chatbot (54)' 27, 'code (34)' 73, 'summarization (32)' 108)
  set ytics scale 0.5 0.5
  unset label
  unset object
  unset arrow
  set arrow from graph 0,first 1 to graph 1,first 1 nohead front lc rgb '#000000' lw 1 dt (6,4)
  set arrow from graph 0,first 1.059668 to graph 1,first 1.059668 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 1.059668 to graph 1,first 1.059668 nohead front lc rgb '#000000' lw 1.4
  set arrow from graph 0,first 1.077913 to graph 1,first 1.077913 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 1.077913 to graph 1,first 1.077913 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set object rectangle from screen 0.353639,screen 0.924757 to screen 0.375861,screen 0.963592 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'chatbot' at screen 0.381417,screen 0.944175 left
  set object rectangle from screen 0.447486,screen 0.924757 to screen 0.469708,screen 0.963592 front fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'code' at screen 0.475264,screen 0.944175 left
  set object rectangle from screen 0.525208,screen 0.924757 to screen 0.547431,screen 0.963592 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'summarization' at screen 0.552986,screen 0.944175 left
  set object rectangle from screen 0.280639,screen 0.851942 to screen 0.302861,screen 0.890777 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'own run (simulated)' at screen 0.308417,screen 0.871359 left
  set arrow from screen 0.453486,screen 0.871359 to screen 0.475708,screen 0.871359 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.453486,screen 0.871359 to screen 0.475708,screen 0.871359 nohead front lc rgb '#000000' lw 1.4
  set label 'mean of the bars' at screen 0.481264,screen 0.871359 left
  set arrow from screen 0.606333,screen 0.871359 to screen 0.628556,screen 0.871359 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.606333,screen 0.871359 to screen 0.628556,screen 0.871359 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set label 'paper''s mean' at screen 0.634111,screen 0.871359 left
  plot $panel1_group1 using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group2 using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group3 using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  unset multiplot
  unset output
}
